import GRDB
import Testing
import WherryCore

@testable import WherryCatalog

/// When a copy counts as proven, and when no longer.
@Suite struct RestoreProofTests {
    private let now = Timestamp.sample

    private func withDelivery(_ body: (Catalog, Int64) async throws -> Void) async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file()])
            try await body(catalog, try await deliver(catalog, at: now))
        }
    }

    private func deliver(_ catalog: Catalog, at: Timestamp) async throws -> Int64 {
        let run = try await catalog.beginRun(jobs: ["nightly"], askedBy: "job:nightly", at: at)
        let delivery = try await catalog.beginDelivery(
            of: Sample.key,
            from: Sample.source,
            to: Sample.sink,
            job: "nightly",
            run: run,
            at: at
        )
        let artifact = Artifact(position: 0, location: "/srv/x", size: ByteCount(1), sha256: try .of("a"))
        try await catalog.endDelivery(delivery, with: Receipt(outcome: .delivered, artifacts: [artifact]), at: at)
        try await catalog.endRun(
            run,
            state: .succeeded,
            totals: RunTotals(),
            failure: nil,
            duration: .seconds(1),
            at: at
        )
        return delivery
    }

    private func prove(_ delivery: Int64, in catalog: Catalog, after seconds: Int, failing: FailureClass? = nil)
        async throws
    {
        var proof = RestoreProof(delivery: delivery, at: now + .seconds(seconds), provenBy: "cli:ada")
        (proof.server, proof.serverVersion, proof.files) = ("valkey", "8.0.1", 1)
        (proof.keysLoaded, proof.keysExpired, proof.loadTime) = (3, 1, .milliseconds(7))
        proof.failure = failing.map { Failure($0, code: "test.failed", "It did not work.") }
        try await catalog.record(proof)
    }

    private func provenAt(_ catalog: Catalog) throws -> ResultTable.Cell {
        let covered = try catalog.value("SELECT newest_proven FROM coverage")
        let at = try catalog.value("SELECT proven_at FROM delivery_history")
        #expect((at == .null) == (covered == .null))
        return at
    }

    @Test func aProofIsKeptAsItIs() async throws {
        try await withDelivery { catalog, delivery in
            try await prove(delivery, in: catalog, after: 60)
            let row = try catalog.rows(
                """
                SELECT at, outcome, sink, source, instance, backup, server, server_version, files, keys_loaded,
                    keys_expired, load_ms, failure_code, proven_by
                FROM restore_proofs
                """
            )
            #expect(
                row == [
                    [
                        .text((now + .seconds(60)).description), .text("proven"), .text("disk"), .text("prod"),
                        .text(Sample.instance.rawValue), .text(Sample.key.backup.rawValue), .text("valkey"),
                        .text("8.0.1"), .integer(1), .integer(3), .integer(1), .integer(7), .null, .text("cli:ada"),
                    ]
                ]
            )
        }
    }

    @Test func theLastProofCounts() async throws {
        try await withDelivery { catalog, delivery in
            #expect(try provenAt(catalog) == .null)
            try await prove(delivery, in: catalog, after: 60)
            try await prove(delivery, in: catalog, after: 90)
            #expect(try provenAt(catalog) == .text((now + .seconds(90)).description))
        }
    }

    @Test(arguments: FailureClass.allCases)
    func onlyWhatIsAboutTheCopyTakesAProofAway(failing: FailureClass) async throws {
        try await withDelivery { catalog, delivery in
            try await prove(delivery, in: catalog, after: 60)
            try await prove(delivery, in: catalog, after: 60, failing: failing)
            let isAboutIt = [.corrupt, .notFound].contains(failing)
            #expect(try (provenAt(catalog) == .null) == isAboutIt)
            try await prove(delivery, in: catalog, after: 61)
            #expect(try provenAt(catalog) != .null)
        }
    }

    @Test func anotherCopyIsNotProvenByTheProofOfTheFirst() async throws {
        try await withDelivery { catalog, delivery in
            try await prove(delivery, in: catalog, after: 60)
            #expect(try await deliver(catalog, at: now + .seconds(120)) == delivery)
            #expect(try provenAt(catalog) == .null)
            try await prove(delivery, in: catalog, after: 180)
            #expect(try provenAt(catalog) != .null)
        }
    }

    @Test func copiesTellWhatAProofNeeds() async throws {
        try await withDelivery { catalog, delivery in
            let copy = try #require(try await catalog.copies(in: nil).first)
            #expect(copy.delivery == delivery)
            #expect(copy.source == Sample.source)
            #expect(copy.startedAt == .sample)
            #expect(copy.keys == [:])
        }
    }

    @Test(arguments: [
        "outcome = 'maybe'", "outcome = 'failed'", "failure_class = 'corrupt'", "files = 0", "server = NULL",
        "keys_loaded = -1", "at = 'yesterday'",
    ])
    func impossibleRowsAreKeptOut(change: String) async throws {
        try await withDelivery { catalog, delivery in
            try await prove(delivery, in: catalog, after: 60)
            await #expect(throws: (any Error).self) {
                try await catalog.write { try $0.execute(sql: "UPDATE restore_proof SET \(change)") }
            }
        }
    }
}
