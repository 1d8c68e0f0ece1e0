import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import DepotSource

/// Snapshots that somebody asks for.
@Suite(.timeLimit(.minutes(5)))
struct DepotRequestsTests {
    @Test func anOrderIsOneVerifiedSnapshotHoweverOftenItIsFollowed() async throws {
        let password = "pw-" + UUID().uuidString
        try await LiveRedis.with { server in
            try await TestDepot.with { depot in
                try await LiveData.fill(server, strings: 2_000)
                let digest = try await server.digest()
                try await server.send("ACL", "SETUSER", "saver", "on", ">" + password, "+info", "+replconf", "+sync")
                let requests = try depot.requests(
                    ["orders": "unix:\(server.socket)?user=saver"],
                    password: Secret(password)
                )
                let order = try await requests.requestBackup(of: "orders", remark: "before the upgrade")
                #expect(depot.inventory.count == 0, "an order alone makes nothing")
                // As the service and a command do that follow the same task.
                async let one = requests.finished(order)
                async let other = depot.requests(
                    ["orders": "unix:\(server.socket)?user=saver"],
                    password: Secret(password)
                ).finished(order)
                let both = try await [one, other]
                let made = try #require(both[0])
                #expect(both[1] == made)
                // And after a restart.
                #expect(try await requests.finished(order) == made)
                #expect(depot.inventory.count == 1)
                #expect(made.id.rawValue == order.task)
                #expect(made.kind == .manual && made.state == .available && made.remark == "before the upgrade")
                let files = try await depot.inventory.files(of: made.id, instance: "orders")
                #expect(files.map(\.name) == ["dump.rdb"])
                try await LiveRedis.loading(depot.path(made, files[0])) { copy in
                    let copied = try await copy.digest()
                    #expect(copied == digest)
                }
                #expect(!depot.contents.contains { $0.hasSuffix(".part") })
                #expect(try FileManager.default.contentsOfDirectory(atPath: depot.folder + ".state").isEmpty)
            }
        }
    }

    @Test func aClusterIsAllOfItsMasters() async throws {
        try await LiveCluster.with { cluster in
            try await TestDepot.with { depot in
                try await cluster.fill(300)
                let requests = try depot.requests(["sessions": cluster.url(2)])
                var order = try await requests.requestBackup(of: "sessions", remark: nil)
                order.kind = .automatic
                let made = try #require(try await requests.finished(order))
                #expect(made.kind == .automatic && made.remark == "")
                #expect(try await depot.inventory.files(of: made.id, instance: "sessions").count == 3)
                #expect(try await depot.inventory.instance("sessions")?.topology == .cluster)
            }
        }
    }

    @Test func passingTroubleIsRiddenOutAndNothingIsLeftOfIt() async throws {
        try await LiveRedis.with { server in
            try await TestDepot.with { depot in
                // Away at first: its socket has another name.
                let hidden = server.socket + "-away"
                try FileManager.default.moveItem(atPath: server.socket, toPath: hidden)
                let order = try await depot.requests(["orders": "unix:\(server.socket)"])
                    .requestBackup(of: "orders", remark: nil)
                let failure = await #expect(throws: Failure.self) {
                    try await depot.requests(["orders": "unix:\(server.socket)"], attempts: 3).finished(order)
                }
                #expect(failure?.code == "snapshot.unreachable")
                #expect(depot.contents.isEmpty)
                let patient = try depot.requests(["orders": "unix:\(server.socket)"], attempts: 1_000)
                async let made = patient.finished(order)
                try await Task.sleep(for: .milliseconds(300))
                try FileManager.default.moveItem(atPath: hidden, toPath: server.socket)
                let late = try await made
                #expect(late?.id.rawValue == order.task)
            }
        }
    }

    @Test func whoIsStoppedLeavesNothingAndTheNextTakesIt() async throws {
        try await LiveRedis.with(["--rdb-key-save-delay", "2000"]) { server in
            try await TestDepot.with { depot in
                try await server.send("DEBUG", "POPULATE", "2000", "key", "100")
                let requests = try depot.requests(["orders": "unix:\(server.socket)"])
                let order = try await requests.requestBackup(of: "orders", remark: nil)
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) { try await requests.finished(order) }
                    }
                    while depot.contents.isEmpty { try? await Task.sleep(for: .milliseconds(5)) }
                    group.cancelAll()
                }
                #expect(depot.contents.isEmpty)
                try await server.send("CONFIG", "SET", "rdb-key-save-delay", "0")
                #expect(try await requests.finished(order)?.id.rawValue == order.task)
            }
        }
    }

    @Test func anInstanceWithoutAServerIsRefused() async throws {
        try await TestDepot.with { depot in
            let requests = try depot.requests(["orders": "redis://127.0.0.1:1"])
            #expect(requests.takesOrders(for: "orders"))
            #expect(!requests.takesOrders(for: "sessions"))
            let failure = await #expect(throws: Failure.self) {
                try await requests.requestBackup(of: "sessions", remark: nil)
            }
            #expect(failure?.code == "source.cannot-request" && failure?.failureClass == .unsupported)
        }
    }

    @Test func oldOnesGoByTheirOwnTimeTheSchedulesOrTheDepots() async throws {
        try await TestDepot.with { depot in
            let requests = try depot.requests(["orders": "redis://127.0.0.1:1"])
            func register(_ id: Backup.ID, daysAgo: Int64) async throws {
                let at = depot.clock.now - .seconds(daysAgo * 86_400)
                try await depot.inventory.register(
                    Backup(id: id, instance: "orders", startedAt: at, kind: .automatic, state: .available),
                    of: Instance(id: "orders", name: "orders", topology: .standalone, state: .running),
                    files: []
                )
            }
            for (id, daysAgo) in [("a", 40), ("b", 20), ("c", 9), ("d", 5), ("new", 0)] as [(Backup.ID, Int64)] {
                try await register(id, daysAgo: daysAgo)
            }
            func left() async throws -> [String] {
                try await depot.inventory.backups(of: "orders").filter { $0.state == .available }.map(\.id.rawValue)
            }
            let day = Duration.seconds(86_400)
            await requests.expire("orders", keeping: BackupRetention(age: day * 10, exceptions: ["a": day * 100]))
            #expect(try await left() == ["new", "d", "c", "a"])
            await requests.expire("orders", keeping: BackupRetention(exceptions: ["a": day * 100, "d": day * 2]))
            #expect(try await left() == ["new", "a"])
            await requests.expire("sessions", keeping: BackupRetention())
            await requests.expire("orders", keeping: BackupRetention())
            #expect(try await left() == ["new"])
        }
    }
}
