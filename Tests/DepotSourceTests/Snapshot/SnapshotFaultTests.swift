import DepotSource
import Foundation
import Testing
import WherryCore

/// Whatever goes wrong, nothing is registered and nothing is left.
@Suite(.timeLimit(.minutes(5)))
struct SnapshotFaultTests {
    /// A server that takes minutes for its dump; `body` is called when part of it has come.
    private func midway(
        patience: SnapshotPatience = SnapshotPatience(),
        _ disturb: (LiveRedis, Task<DepotSnapshot, any Error>) async throws -> Void
    ) async throws -> (any Error)? {
        try await LiveRedis.with(["--rdb-key-save-delay", "2000"]) { server in
            try await TestDepot.with { depot in
                try await server.send("DEBUG", "POPULATE", "60000", "key", "4000")
                let task = Task {
                    try await depot.store.snapshot(
                        of: RedisAddress(.socket(server.socket)),
                        patience: patience,
                        to: "orders"
                    )
                }
                while depot.stagedBytes == 0, kill(server.pid, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
                try await disturb(server, task)
                let result = await task.result
                #expect(depot.inventory.count == 0)
                #expect(depot.contents.isEmpty)
                let rest = try Processes.naming(server.socket, besides: server.pid)
                #expect(rest.isEmpty)
                guard case .failure(let error) = result else { return nil }
                return error
            }
        }
    }

    @Test func serverKilledInMidStream() async throws {
        let error = try await midway { server, _ in server.signal(SIGKILL) }
        let failure = try #require(error as? Failure)
        #expect(failure.code == "snapshot.cut")
        #expect(failure.failureClass == .transient)
    }

    @Test func childOfTheServerKilledInMidStream() async throws {
        let error = try await midway { server, _ in
            for child in try Processes.children(of: server.pid) { kill(child, SIGKILL) }
        }
        #expect((error as? Failure)?.code == "snapshot.cut")
    }

    @Test func serverThatFallsSilent() async throws {
        let patience = SnapshotPatience(stall: .milliseconds(400))
        let error = try await midway(patience: patience) { server, _ in
            // Its child writes through it, and ends with it: one that is stopped itself would be left behind.
            server.signal(SIGSTOP)
        }
        let failure = try #require(error as? Failure)
        #expect(failure.code == "snapshot.stalled")
        #expect(failure.failureClass == .transient)
    }

    @Test func serverThatNeverBegins() async throws {
        try await LiveRedis.with(["--repl-diskless-sync-delay", "3600"]) { server in
            try await TestDepot.with { depot in
                let failure = await #expect(throws: Failure.self) {
                    try await depot.store.snapshot(
                        of: RedisAddress(.socket(server.socket)),
                        patience: SnapshotPatience(start: .milliseconds(300)),
                        to: "orders"
                    )
                }
                #expect(failure?.code == "snapshot.stalled")
                #expect(depot.contents.isEmpty)
            }
        }
    }

    @Test func cancelledInMidStream() async throws {
        let error = try await midway { _, task in task.cancel() }
        #expect(error is CancellationError)
    }

    @Test(arguments: [
        "redis://127.0.0.1:1", "unix:/nonexistent/s", "redis://host.invalid:6379",
    ])
    func nobodyThere(url: String) async throws {
        try await TestDepot.with { depot in
            let failure = await #expect(throws: Failure.self) {
                try await depot.store.snapshot(of: RedisAddress(parsing: url), to: "orders")
            }
            #expect(failure?.code == "snapshot.unreachable")
            #expect(failure?.failureClass == .transient)
            #expect(depot.contents.isEmpty)
        }
    }

    @Test func serverWithoutSYNC() async throws {
        try await LiveRedis.with(["--rename-command", "SYNC", ""]) { server in
            try await TestDepot.with { depot in
                let failure = await #expect(throws: Failure.self) {
                    try await depot.store.snapshot(of: RedisAddress(.socket(server.socket)), to: "orders")
                }
                #expect(failure?.code == "snapshot.no-sync")
                #expect(depot.contents.isEmpty)
            }
        }
    }
}
