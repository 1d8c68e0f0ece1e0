import Foundation
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Every fault of the corpus, with 1, 4 and 16 connections: never a wrong file, never without end.
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

    private func tryOut(_ behavior: FaultBehavior, _ dump: [UInt8], _ connections: Int) async throws {
        let object = FaultObject(bytes: dump)
        let began = ContinuousClock.now
        try await Scratch.with { scratch in
            let path = scratch.file("dump.rdb")
            let outcome = try await FaultServer.with(behavior, object: object) { server in
                do {
                    _ = try await FaultFetch.fetch(
                        from: server,
                        to: path,
                        size: object.size,
                        settings: FaultFetch.settings(connections: connections)
                    )
                    return "ok"
                } catch let failure as Failure {
                    return failure.code
                }
            }
            let time = ContinuousClock.now - began
            let got = FileManager.default.contents(atPath: path).map { Array($0) }
            let comment = Comment(rawValue: "\(behavior.name) ×\(connections): \(outcome) after \(time)")
            if ProcessInfo.processInfo.environment["WHERRY_SHOW_FAULTS"] != nil {
                FileHandle.standardError.write(Data("FAULT \(comment.rawValue)\n".utf8))
            }
            #expect(time < .seconds(40), comment)
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
