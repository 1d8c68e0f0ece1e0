import DepotSource
import Foundation
import Testing
import WherryCore

/// What goes after its time, and what stays.
@Suite struct PruneTests {
    private static let week = Duration.seconds(7 * 86_400)

    /// The smallest RDB file there is; zeros for a checksum mean that it has none.
    private static let empty = Array("REDIS0011".utf8) + [0xFF] + [UInt8](repeating: 0, count: 8)

    private func add(to instance: Instance.ID, _ depot: TestDepot) async throws -> Backup {
        let file = FileManager.default.temporaryDirectory.path + "/wherry-dump-" + UUID().uuidString
        try Data(Self.empty).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }  // the system clears what stays
        return try await depot.store.add([file], to: instance)
    }

    @Test func oldOnesGoAndTheNewestStays() async throws {
        try await TestDepot.with { depot in
            let first = try await add(to: "orders", depot)
            depot.clock.advance(days: 4)
            let second = try await add(to: "orders", depot)
            _ = try await add(to: "alone", depot)
            depot.clock.advance(days: 4)
            let dry = try await depot.store.prune(olderThan: Self.week, dryRun: true)
            #expect(dry == [first])
            #expect(depot.contents.contains("orders/\(first.id)/dump.rdb"))
            #expect(try await depot.store.prune(olderThan: Self.week) == [first])
            #expect(!depot.contents.contains("orders/\(first.id)"))
            #expect(try await depot.inventory.backup(first.id, of: "orders")?.state == .expired)
            #expect(try await depot.inventory.files(of: first.id, instance: "orders").count == 1)
            depot.clock.advance(days: 100)
            #expect(try await depot.store.prune(olderThan: Self.week).isEmpty)
            #expect(depot.contents.contains("orders/\(second.id)/dump.rdb"))
        }
    }

    @Test func onlyTheInstanceThatWasNamed() async throws {
        try await TestDepot.with { depot in
            for _ in 0..<2 {
                for instance in ["orders", "sessions"] as [Instance.ID] { _ = try await add(to: instance, depot) }
                depot.clock.advance(days: 30)
            }
            let removed = try await depot.store.prune(olderThan: Self.week, of: "sessions")
            #expect(removed.map(\.instance) == ["sessions"])
        }
    }

    @Test(arguments: [0, 86_399, 36_501 * 86_400])
    func refusesAgesThatMakeNoSense(seconds: Int) async throws {
        try await TestDepot.with { depot in
            let failure = await #expect(throws: Failure.self) {
                try await depot.store.prune(olderThan: .seconds(seconds))
            }
            #expect(failure?.code == "depot.bad-age")
        }
    }

    @Test func leftoversOfLongAgoGo() async throws {
        try await TestDepot.with { depot in
            let folder = depot.folder + "/orders/cut-short"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data([1]).write(to: URL(fileURLWithPath: folder + "/0.part"))
            _ = try await depot.store.prune(olderThan: Self.week)
            #expect(depot.contents.contains("orders/cut-short/0.part"))
            depot.clock.advance(days: 2)
            _ = try await depot.store.prune(olderThan: Self.week)
            #expect(!depot.contents.contains("orders/cut-short/0.part"))
        }
    }
}
