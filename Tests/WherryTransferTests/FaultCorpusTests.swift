import Foundation
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Every fault of the corpus, with 1, 4 and 16 connections: never a wrong file, never without end, and nobody who refuses
/// is asked again and again.
@Suite(.timeLimit(.minutes(5)))
struct FaultCorpusTests {
    @Test(arguments: [1, 4, 16])
    func neverAWrongFile(_ connections: Int) async throws {
        let dump = FaultFetch.dump(size: 400_000)
        let behaviors = FaultCorpus.all
            .filter { ProcessInfo.processInfo.environment["WHERRY_FAULT"].map($0.name.contains) ?? true }
        // The cases mostly wait, but each has threads of its own.
        try await withThrowingTaskGroup(of: Void.self) { group in
            var next = behaviors.makeIterator()
            for _ in 0..<10 {
                if let behavior = next.next() { group.addTask { try await tryOut(behavior, dump, connections) } }
            }
            while try await group.next() != nil {
                if let behavior = next.next() { group.addTask { try await tryOut(behavior, dump, connections) } }
            }
        }
    }

    /// Requests that a server had to refuse although its refusal of others was known.
    ///
    /// A refused URL may be replaced at once, by one that is fresh. The refusal of that one, and of a server that has no
    /// time, is waited upon; what several connections had asked for meanwhile is refused together.
    ///
    /// - Parameter lateness: how much later than it was sent a request may have been read.
    private static func pressing(
        _ records: [FaultRecord],
        pause: Duration,
        lateness: Duration,
        connections: Int
    ) -> [String] {
        var found: [String] = []
        var last: FaultRecord?
        var burst: (began: ContinuousClock.Instant, count: Int)?
        var triedFresh = false
        for record in records {
            guard record.status >= 400, record.status != 416 else {
                if record.bodyBytes > 0 { (last, burst, triedFresh) = (nil, nil, false) }
                continue
            }
            defer { last = record }
            guard let before = last, let (began, count) = burst else {
                burst = (record.time, 1)
                continue
            }
            let isTogether = count < connections && record.generation == before.generation
            if isTogether, record.time - began < pause + lateness {
                burst = (began, count + 1)
                continue
            }
            burst = (record.time, 1)
            if record.generation ?? 0 > before.generation ?? 0, !triedFresh {
                triedFresh = true
                continue
            }
            let gap: Duration = record.time - before.time
            if gap < pause * 0.9 - lateness { found.append("\(before.status) then \(record.status) after \(gap)") }
        }
        return found
    }

    private func tryOut(_ behavior: FaultBehavior, _ dump: [UInt8], _ connections: Int) async throws {
        let object = FaultObject(bytes: dump)
        let settings = FaultFetch.settings(connections: connections)
        let began = ContinuousClock.now
        try await Scratch.with { scratch in
            let path = scratch.file("dump.rdb")
            let ((outcome, records), lateness) = try await Lateness.measured {
                try await FaultServer.with(behavior, object: object) { server -> (String, [FaultRecord]) in
                    do {
                        _ = try await FaultFetch.fetch(from: server, to: path, size: object.size, settings: settings)
                        return ("ok", server.records)
                    } catch let failure as Failure {
                        return (failure.code, server.records)
                    }
                }
            }
            let time = ContinuousClock.now - began
            let got = FileManager.default.contents(atPath: path).map { Array($0) }
            let comment = Comment(
                rawValue: "\(behavior.name) ×\(connections): \(outcome) after \(time), late by \(lateness)"
            )
            if ProcessInfo.processInfo.environment["WHERRY_SHOW_FAULTS"] != nil {
                FileHandle.standardError.write(Data("FAULT \(comment.rawValue)\n".utf8))
            }
            #expect(time < FaultFetch.patience(of: settings) * 2, comment)
            let pressing = Self.pressing(
                records,
                pause: settings.refusalPause,
                lateness: lateness,
                connections: connections
            )
            #expect(pressing == [], comment)
            if outcome == "ok" {
                let isRight = behavior.versions(object).contains { $0.bytes(in: 0..<$0.size) == got }
                #expect(isRight, comment)
                #expect(behavior.expectation != .mustFail, comment)
                #expect(scratch.files(below: ".") == ["dump.rdb"], comment)
            } else {
                #expect(got == nil, comment)
                #expect(behavior.expectation != .recovers, comment)
            }
        }
    }
}
