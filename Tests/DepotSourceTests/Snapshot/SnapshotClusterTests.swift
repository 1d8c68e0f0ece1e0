import DepotSource
import Foundation
import Testing
import WherryCore

/// Snapshots of a cluster: all of it, or nothing.
@Suite(.timeLimit(.minutes(5)))
struct SnapshotClusterTests {
    @Test func threeMastersGiveOneBackupOfThreeFiles() async throws {
        try await LiveCluster.with { cluster in
            try await TestDepot.with { depot in
                try await cluster.fill(3_000)
                // Whichever node is asked, the files come by lowest slot.
                let address = try RedisAddress(parsing: cluster.url(2))
                let snapshot = try await depot.store.snapshot(of: address, to: "sessions")
                #expect(snapshot.files.map(\.name) == ["shard-0.rdb", "shard-1.rdb", "shard-2.rdb"])
                #expect(snapshot.keys == 3_099)
                #expect(try await depot.inventory.instance("sessions")?.topology == .cluster)
                #expect(try await depot.inventory.backups(of: "sessions") == [snapshot.backup])
                for (master, file) in zip(cluster.masters, snapshot.files) {
                    let digest = try await master.digest()
                    try await LiveRedis.loading(depot.path(snapshot.backup, file)) { copy in
                        let copied = try await copy.digest()
                        #expect(copied == digest)
                    }
                }
            }
        }
    }

    @Test func oneMasterDownIsRefusedAndNothingIsRegistered() async throws {
        try await LiveCluster.with { cluster in
            try await TestDepot.with { depot in
                try await cluster.fill(100)
                cluster.masters[1].signal(SIGKILL)
                // The others have not noticed yet.
                #expect(try await refusal(cluster, depot) == "snapshot.unreachable")
                try await cluster.wait(for: "fail", at: [0, 2])
                #expect(try await refusal(cluster, depot) == "snapshot.master-down")
            }
        }
    }

    @Test func slotsWithoutAMasterOrOnTheMoveAreRefused() async throws {
        try await LiveCluster.with { cluster in
            try await TestDepot.with { depot in
                let target = try await cluster.masters[2].send("CLUSTER", "MYID")
                try await cluster.masters[0].send("CLUSTER", "SETSLOT", "93", "MIGRATING", target)
                #expect(try await refusal(cluster, depot) == "snapshot.slots-moving")
                #expect(try await refusal(cluster, depot, 1) == "snapshot.slots-moving", "only the owner says so")
                try await cluster.masters[0].send("CLUSTER", "SETSLOT", "93", "STABLE")
                try await cluster.masters[0].send("CLUSTER", "DELSLOTS", "93")
                #expect(try await refusal(cluster, depot) == "snapshot.slots-missing")
            }
        }
    }

    /// The code with which a snapshot is refused, after a look that nothing is registered or left.
    private func refusal(_ cluster: LiveCluster, _ depot: TestDepot, _ position: Int = 0) async throws -> String? {
        let address = try RedisAddress(parsing: cluster.url(position))
        let failure = await #expect(throws: Failure.self) {
            try await depot.store.snapshot(of: address, to: "sessions")
        }
        #expect(failure?.failureClass == .transient)
        #expect(depot.inventory.count == 0)
        #expect(depot.contents.isEmpty)
        return failure?.code
    }
}
