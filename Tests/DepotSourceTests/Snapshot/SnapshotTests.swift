import DepotSource
import Foundation
import TestProcesses
import Testing
import WherryCore

/// Snapshots of real servers.
@Suite(.timeLimit(.minutes(5)))
struct SnapshotTests {
    @Test func ofAServerUnderWriteLoadIsOneMomentOfIt() async throws {
        // One key in 20 waits a little, so the stream takes a while.
        try await LiveRedis.with(["--rdb-key-save-delay", "-20"]) { server in
            try await TestDepot.with { depot in
                try await LiveData.fill(server, strings: 100_000)
                let address = RedisAddress(.socket(server.socket))
                let (loaded, movesAfter) = try await LiveData.withLoad(on: server) {
                    let snapshot = try await depot.store.snapshot(of: address, to: "orders", remark: "under load")
                    return (snapshot, try await server.send("GET", "moves"))
                }
                #expect(loaded.files.map(\.name) == ["dump.rdb"])
                #expect(try await depot.inventory.instance("orders")?.topology == .standalone)
                #expect(try await depot.inventory.instance("orders")?.engine?.hasPrefix("redis ") == true)
                #expect(try await depot.inventory.backups(of: "orders") == [loaded.backup])
                let file = depot.path(loaded.backup, loaded.files[0])
                try await LiveRedis.run("redis-check-rdb", [file])
                try await LiveRedis.loading(file) { copy in
                    #expect(try await LiveData.balance(copy) == "0")
                    let moves = try #require(Int(try await copy.send("GET", "moves")))
                    #expect(try #require(Int(movesAfter)) > moves, "nothing was written while it was taken")
                    let size = try #require(Int64(try await copy.send("DBSIZE")))
                    #expect(loaded.keys == size + 2, "two are in another database")
                }
                // Now nobody writes.
                let digest = try await server.digest()
                let quiet = try await depot.store.snapshot(of: address, to: "orders")
                let digestAfter = try await server.digest()
                #expect(digestAfter == digest)
                try await LiveRedis.loading(depot.path(quiet.backup, quiet.files[0])) { copy in
                    let copied = try await copy.digest()
                    #expect(copied == digest)
                    #expect(try await copy.send("FUNCTION", "LIST").contains("one"))
                }
                #expect(!depot.contents.contains { $0.hasSuffix(".part") })
            }
        }
    }

    @Test(arguments: ["yes", "no"], ["yes", "no"])
    func ofEveryKindOfStream(diskless: String, checksum: String) async throws {
        let options = ["--repl-diskless-sync", diskless, "--rdbchecksum", checksum]
        try await LiveRedis.with(options) { server in
            try await TestDepot.with { depot in
                try await LiveData.fill(server, strings: 300)
                let snapshot = try await depot.store.snapshot(of: RedisAddress(.socket(server.socket)), to: "i")
                try await LiveRedis.loading(depot.path(snapshot.backup, snapshot.files[0])) { copy in
                    let digest = try await server.digest()
                    #expect(try await copy.digest() == digest)
                }
            }
        }
    }

    @Test func ofAnEmptyServerAndOfAReplica() async throws {
        let port = try FreePort.next()
        try await LiveRedis.with(["--port", "\(port)"]) { master in
            try await LiveRedis.with(["--replicaof", "127.0.0.1 \(port)"]) { replica in
                try await TestDepot.with { depot in
                    let empty = try await depot.store.snapshot(
                        of: try RedisAddress(parsing: "redis://127.0.0.1:\(port)"),
                        to: "empty"
                    )
                    #expect(empty.keys == 0)
                    try await master.send("SET", "k", "v")
                    while try await replica.send("DBSIZE") != "1" { try await Task.sleep(for: .milliseconds(10)) }
                    let copy = try await depot.store.snapshot(of: RedisAddress(.socket(replica.socket)), to: "replica")
                    #expect(copy.keys == 1)
                    // Without its master its data may be old.
                    master.signal(SIGKILL)
                    while try await replica.info("master_link_status") == "up" {
                        try await Task.sleep(for: .milliseconds(10))
                    }
                    let failure = await #expect(throws: Failure.self) {
                        try await depot.store.snapshot(of: RedisAddress(.socket(replica.socket)), to: "replica")
                    }
                    #expect(failure?.code == "snapshot.busy")
                    #expect(failure?.failureClass == .transient)
                }
            }
        }
    }
}
