import Synchronization
import Testing
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import WherryEngine

/// What is removed from a sink, and what must not be.
@Suite
struct CopyPrunerTests {
    private static let now = Timestamp(seconds: 1_795_996_800)  // 2026-11-30T00:00:00Z

    private struct StoppedClock: WallClock {
        var now: Timestamp { CopyPrunerTests.now }
    }

    /// A store that can lose things, and be dark.
    private final class Store: Sink {
        let places = Mutex<Set<String>>([])
        let isDark = Mutex(false)
        let stuck = Mutex<Set<String>>([])

        func check() async throws -> [Finding] { [] }
        func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
            Receipt(outcome: .delivered, artifacts: [])
        }
        func presence(of receipt: Receipt) async throws -> Presence {
            if isDark.withLock({ $0 }) { return .unknown("It is dark.") }
            return places.withLock { places in receipt.artifacts.allSatisfy { places.contains($0.location) } }
                ? .present : .absent
        }
        func remove(_ receipt: Receipt) async throws {
            for artifact in receipt.artifacts {
                if stuck.withLock({ $0.contains(artifact.location) }) {
                    throw Failure(.configuration, code: "store.stuck", "It is stuck.")
                }
                places.withLock { _ = $0.remove(artifact.location) }
            }
        }
        var all: [String] { places.withLock { $0.sorted() } }
    }

    private struct World {
        var catalog: Catalog
        var store = Store()
        var run: RunID
        var pruner: CopyPruner { CopyPruner(catalog: catalog, clock: StoppedClock(), zone: .utc) }

        /// Delivers a backup of so many days ago.
        ///
        /// Its files lie at `name`, or at `name-0`, `name-1` and so on.
        @discardableResult
        func deliver(
            _ name: String,
            days: Int,
            of instance: Instance.ID = "orders",
            from source: SourceName = "prod",
            to sink: SinkName = "disk",
            at place: String? = nil,
            files: Int = 1,
            stored: Int? = nil
        ) async throws -> Int64 {
            try await catalog.register(source: source, plugin: "crs", at: now)
            try await catalog.record([Instance(id: instance)], from: source, at: now)
            let key = Backup.Key(instance: instance, backup: Backup.ID(rawValue: name))
            let backup = Backup(
                id: key.backup,
                instance: instance,
                startedAt: now - .seconds(days * 86_400),
                kind: .automatic
            )
            try await catalog.record([backup], from: source, at: now)
            let issued = (0..<files).map { position in
                IssuedFile(
                    file: BackupFile(position: position, name: "f\(position)", size: ByteCount(5)),
                    intranet: nil,
                    extranet: SignedURL("http://127.0.0.1/\(name)/\(position)"),
                    expiresAt: now + .seconds(60)
                )
            }
            _ = try await catalog.recordIssue(of: key, from: source, files: issued, at: now, askedBy: "t", run: run)
            let delivery = try await catalog.beginDelivery(of: key, from: source, to: sink, job: "j", run: run, at: now)
            let artifacts = (0..<(stored ?? files)).map { position in
                Artifact(
                    position: position,
                    location: (place ?? name) + (files > 1 ? "-\(position)" : ""),
                    size: ByteCount(5)
                )
            }
            try await catalog.endDelivery(delivery, with: Receipt(outcome: .delivered, artifacts: artifacts), at: now)
            store.places.withLock { $0.formUnion(artifacts.map(\.location)) }
            return delivery
        }

        /// Prunes the disk.
        func prune(_ policy: KeepPolicy) async throws -> PruneOutcome {
            let groups = try await pruner.decide("disk", by: policy)
            return try await pruner.prune(groups, from: store, named: "disk")
        }

        private var now: Timestamp { CopyPrunerTests.now }
    }

    private func with(_ body: @escaping @Sendable (World) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let catalog = try Catalog(path: scratch.file("catalog.db"), now: Self.now)
            let run = try await catalog.beginRun(jobs: ["j"], askedBy: "t", at: Self.now)
            try await body(World(catalog: catalog, run: run))
        }
    }

    @Test func theOldestGoFirst() async throws {
        try await with { world in
            for day in 1...5 { try await world.deliver("b\(day)", days: day) }
            let outcome = try await world.prune(KeepPolicy(newest: 2))
            #expect(outcome.removed.map(\.key.backup) == ["b5", "b4", "b3"])
            #expect(outcome.failures.isEmpty)
            #expect(world.store.all == ["b1", "b2"])
            #expect(try await world.prune(KeepPolicy(newest: 2)).removed.isEmpty)
            #expect(try await world.catalog.copies(in: "disk").count == 2)
        }
    }

    @Test func instancesOfTwoSourcesAreTwo() async throws {
        try await with { world in
            for source in ["prod", "test"] as [SourceName] {
                for day in 1...3 { try await world.deliver("\(source)-\(day)", days: day, from: source) }
            }
            try await world.deliver("other", days: 9, of: "sessions")
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["other", "prod-1", "test-1"])
        }
    }

    @Test func otherSinksAreNotTouched() async throws {
        try await with { world in
            for day in 1...3 {
                try await world.deliver("b\(day)", days: day)
                try await world.deliver("b\(day)", days: day, to: "away", at: "away-\(day)")
            }
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["away-1", "away-2", "away-3", "b1"])
        }
    }

    @Test func allThatStaysMustBeThere() async throws {
        try await with { world in
            for day in 1...6 { try await world.deliver("b\(day)", days: day) }
            for day in 1...2 { try await world.deliver("s\(day)", days: day, of: "sessions") }
            world.store.places.withLock { _ = $0.remove("b3") }
            let outcome = try await world.prune(KeepPolicy(newest: 3))
            #expect(outcome.failures.map(\.code) == ["keep.kept-gone"])
            #expect(world.store.all == ["b1", "b2", "b4", "b5", "b6", "s1", "s2"])
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["b1", "s1"], "what is not to stay need not be there")
        }
    }

    @Test func whatIsNotThereIsNotRemoved() async throws {
        try await with { world in
            for day in 1...3 { try await world.deliver("b\(day)", days: day) }
            world.store.places.withLock { _ = $0.remove("b3") }
            let outcome = try await world.prune(KeepPolicy(newest: 1))
            #expect(outcome.missing.map(\.key.backup) == ["b3"])
            #expect(outcome.removed.map(\.key.backup) == ["b2"])
            #expect(Set(try await world.catalog.copies(in: "disk").map(\.key.backup)) == ["b3", "b1"])
        }
    }

    @Test func inTheDarkNothingIsRemoved() async throws {
        try await with { world in
            for day in 1...3 { try await world.deliver("b\(day)", days: day) }
            world.store.isDark.withLock { $0 = true }
            let outcome = try await world.prune(KeepPolicy(newest: 1))
            #expect(outcome.failures.map(\.code) == ["keep.unknown"])
            #expect(world.store.all.count == 3)
        }
    }

    /// A server whose clock was wrong once dates its dump into the future.
    @Test func whatLiesInTheFutureTakesNobodysPlace() async throws {
        try await with { world in
            try await world.deliver("future", days: -9_000)
            for day in 0...4 { try await world.deliver("b\(day)", days: day) }
            _ = try await world.prune(KeepPolicy(newest: 2, within: .seconds(86_400)))
            #expect(world.store.all == ["b0", "b1", "future"])
        }
    }

    @Test func aDamagedCopyTakesNobodysPlace() async throws {
        try await with { world in
            for day in 1...3 {
                let delivery = try await world.deliver("b\(day)", days: day)
                var proof = RestoreProof(delivery: delivery, at: Self.now + .seconds(9), provenBy: "t")
                if day == 1 {
                    proof.failure = Failure(.corrupt, code: "restore.wrong-digest", "It is not what it was.")
                } else if day == 2 {
                    // That nobody could read it says nothing of the copy.
                    proof.failure = Failure(.transient, code: "store.away", "It could not be read.")
                }
                if proof.failure != nil { try await world.catalog.record(proof) }
            }
            let groups = try await world.pruner.decide("disk", by: KeepPolicy(newest: 1))
            #expect(groups[0].decisions.map(\.reasons) == [["damaged"], ["newest"], []])
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["b1", "b2"])
            // Once it is proven again it counts again.
            var proof = RestoreProof(
                delivery: try #require(groups[0].decisions.first).copy.delivery,
                at: Self.now + .seconds(99),
                provenBy: "t"
            )
            (proof.server, proof.files) = ("redis", 1)
            try await world.catalog.record(proof)
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["b1"])
        }
    }

    @Test func aCopyThatMissesAFileTakesNobodysPlace() async throws {
        try await with { world in
            try await world.deliver("half", days: 1, files: 3, stored: 2)
            try await world.deliver("whole", days: 2, files: 3)
            try await world.deliver("old", days: 3, files: 3)
            _ = try await world.prune(KeepPolicy(newest: 1))
            #expect(world.store.all == ["half-0", "half-1", "whole-0", "whole-1", "whole-2"])
        }
    }

    @Test(arguments: ["disk", "longterm"] as [SinkName])
    func aPlaceOfTwoCopiesIsLeftAlone(other: SinkName) async throws {
        try await with { world in
            try await world.deliver("new", days: 1, at: "latest")
            if other == "disk" {
                try await world.deliver("old", days: 2, at: "latest")
            } else {
                try await world.deliver("old", days: 2)
                try await world.deliver("theirs", days: 9, to: other, at: "old")
            }
            try await world.deliver("older", days: 3)
            let outcome = try await world.prune(KeepPolicy(newest: 1))
            #expect(outcome.failures.map(\.code) == ["keep.shared-place"])
            #expect(outcome.removed.map(\.key.backup) == ["older"])
        }
    }

    @Test func oneThatIsStuckKeepsNoOtherFromItsTurn() async throws {
        try await with { world in
            for day in 1...4 { try await world.deliver("b\(day)", days: day) }
            world.store.stuck.withLock { $0 = ["b3"] }
            let outcome = try await world.prune(KeepPolicy(newest: 1))
            #expect(outcome.failures.map(\.code) == ["store.stuck"])
            #expect(world.store.all == ["b1", "b3"])
            #expect(try await world.catalog.copies(in: "disk").count == 2)
        }
    }

    @Test func whoIsCancelledRemovesNothingMore() async throws {
        try await with { world in
            for day in 1...9 { try await world.deliver("b\(day)", days: day) }
            let groups = try await world.pruner.decide("disk", by: KeepPolicy(newest: 1))
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await world.pruner.prune(groups, from: world.store, named: "disk")
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(world.store.all.count == 9)
        }
    }

    @Test func aRedeliveredCopyCountsAgain() async throws {
        try await with { world in
            for day in 1...2 { try await world.deliver("b\(day)", days: day) }
            _ = try await world.prune(KeepPolicy(newest: 1))
            try await world.deliver("b2", days: 2)
            #expect(try await world.catalog.copies(in: "disk").count == 2)
            try await world.catalog.noteGone(try await world.catalog.copies(in: "disk").map(\.delivery), at: Self.now)
            #expect(try await world.pruner.decide("disk", by: KeepPolicy(newest: 1)).isEmpty)
            #expect(try await world.catalog.copies(in: "disk", includingGone: true).allSatisfy(\.isGone))
        }
    }
}
