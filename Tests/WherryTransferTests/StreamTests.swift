import Foundation
import Synchronization
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

/// Bytes passed on in order: continuous across cuts and re-issued URLs, never vouched for when they are wrong.
@Suite(.timeLimit(.minutes(5)))
struct StreamTests {
    /// What a stream was given.
    private final class Received: Sendable {
        private let state = Mutex<[UInt8]>([])
        var bytes: [UInt8] { state.withLock { $0 } }
        func take(_ piece: [UInt8]) { state.withLock { $0 += piece } }
    }

    @Test func noFaultIsVouchedFor() async throws {
        let dump = FaultFetch.dump(size: 400_000)
        let recovered = try await withThrowingTaskGroup(of: Bool?.self) { group in
            var counts = (right: 0, recoverable: 0)
            var next = FaultCorpus.all.makeIterator()
            for _ in 0..<10 {
                if let behavior = next.next() { group.addTask { try await tryOut(behavior, dump) } }
            }
            while let outcome = try await group.next() {
                if let outcome {
                    (counts.recoverable, counts.right) = (counts.recoverable + 1, counts.right + (outcome ? 1 : 0))
                }
                if let behavior = next.next() { group.addTask { try await tryOut(behavior, dump) } }
            }
            return counts
        }
        print("streams: \(recovered.right) of \(recovered.recoverable) recoverable faults were outlived")
        // What is passed on cannot be had back: where only a new beginning helps, a stream ends with an error.
        #expect(recovered.right * 10 >= recovered.recoverable * 8)
    }

    /// Whether a recoverable fault was outlived; nil for another one.
    private func tryOut(_ behavior: FaultBehavior, _ dump: [UInt8]) async throws -> Bool? {
        let object = FaultObject(bytes: dump)
        let received = Received()
        let began = ContinuousClock.now
        let isVouchedFor = try await FaultServer.with(behavior, object: object) { server in
            do {
                let file = try await FaultFetch.stream(
                    from: server,
                    size: object.size,
                    settings: FaultFetch.settings(connections: 4)
                ) { received.take($0) }
                return file.size.bytes == Int64(received.bytes.count)
            } catch is Failure {
                return false
            }
        }
        #expect(ContinuousClock.now - began < .seconds(40), "\(behavior.name)")
        if isVouchedFor {
            let isRight = behavior.versions(object).contains { $0.bytes(in: 0..<$0.size) == received.bytes }
            #expect(isRight, "\(behavior.name)")
            #expect(behavior.expectation != .mustFail, "\(behavior.name)")
        }
        return behavior.expectation == .recovers ? isVouchedFor : nil
    }

    @Test func aSlowReceiverIsNoStalledServer() async throws {
        let object = FaultObject(seed: 3, size: 3 << 20)
        let received = Received()
        try await FaultServer.with(FaultCorpus.plain, object: object) { server in
            var settings = FaultFetch.settings(connections: 1)
            settings.stallTimeout = .milliseconds(700)
            _ = try await FaultFetch.stream(from: server, size: object.size, settings: settings) { piece in
                try await Task.sleep(for: .milliseconds(1_100))
                received.take(piece)
            }
            // On a busy machine the server itself may stall once.
            #expect(server.records.bodyBytes < object.size * 2)
        }
        #expect(received.bytes == object.bytes(in: 0..<object.size))
    }

    @Test func urlsThatLiveShorterAreNotSeen() async throws {
        let rate: Int64 = 2 << 20
        let object = FaultObject(seed: 4, size: rate * 4)
        let received = Received()
        var behavior = FaultCorpus.plain
        behavior.allowance = { _, _ in rate }
        let limits = FaultSettings(totalRate: rate, sendBuffer: 32 << 10)
        try await FaultServer.with(behavior, object: object, settings: limits) { server in
            let lease = FaultLease(server, life: .seconds(1))
            _ = try await FaultFetch.stream(
                from: server,
                size: object.size,
                settings: FaultFetch.settings(connections: 1),
                lease: lease
            ) { received.take($0) }
            #expect(lease.issues >= 4)
        }
        #expect(received.bytes == object.bytes(in: 0..<object.size))
    }

    @Test func whatTheReceiverThrowsEndsIt() async throws {
        let object = FaultObject(seed: 4, size: 4 << 20)
        let broken = Failure(.exhausted, code: "test.full", "Full.")
        let failure = try await FaultServer.with(FaultCorpus.plain, object: object) { server in
            await #expect(throws: Failure.self) {
                _ = try await FaultFetch.stream(
                    from: server,
                    size: object.size,
                    settings: FaultFetch.settings(connections: 1)
                ) { _ in throw broken }
            }
        }
        #expect(failure == broken)
    }
}
