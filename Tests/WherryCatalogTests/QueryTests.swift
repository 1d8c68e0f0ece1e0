import Testing
import WherryCore

@testable import WherryCatalog

/// The saved queries and the queries that the views are meant for.
@Suite struct QueryTests {
    @Test(arguments: SavedQuery.all.map(\.name))
    func aSavedQueryHasAnAnswer(name: String) async throws {
        let query = try #require(SavedQuery.all.first { $0.name == name })
        try await withCatalog { catalog in
            try await Seed.fill(catalog, now: .now)
            let table = try ReadOnlySQL(path: catalog.path).run(query.sql, rowLimit: 1_000, timeLimit: .seconds(10))
            #expect(!table.rows.isEmpty)
            #expect(!table.isCut)
            #expect(!"\(table.rows)".contains(Seed.mark))
        }
    }

    @Test func savedQueriesHaveNamesOfTheirOwn() {
        #expect(Set(SavedQuery.all.map(\.name)).count == SavedQuery.all.count)
        #expect(SavedQuery.all.allSatisfy { $0.name.allSatisfy { $0.isLowercase || $0 == "-" } })
    }

    private static let day = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')"

    static let intended: [String] =
        SavedQuery.all.map(\.sql) + [
            "SELECT * FROM url_history WHERE issued_at > \(day)",
            "SELECT * FROM url_history WHERE issued_at > \(day) ORDER BY issued_at DESC LIMIT 10",
            "SELECT * FROM url_history ORDER BY issued_at DESC LIMIT 10",
            "SELECT * FROM url_history WHERE source = 'prod' AND instance = 'crs-1' AND backup = 'b-1'",
            "SELECT * FROM valid_urls",
            "SELECT * FROM valid_urls WHERE source = 'prod' AND instance = 'crs-1' AND backup = 'b-1'",
            "SELECT * FROM expiring_soon",
            "SELECT * FROM expiring_soon ORDER BY expires_at",
            "SELECT * FROM latest_backups",
            "SELECT * FROM latest_backups WHERE source = 'prod' AND instance = 'crs-1'",
            "SELECT * FROM delivery_history WHERE ended_at > \(day)",
            "SELECT * FROM delivery_history WHERE ended_at > \(day) ORDER BY ended_at DESC LIMIT 10",
            "SELECT * FROM delivery_history ORDER BY ended_at DESC LIMIT 10",
            "SELECT * FROM delivery_history WHERE state = 'failed' AND ended_at > \(day)",
            "SELECT * FROM delivery_history WHERE run = 12",
            "SELECT * FROM delivery_history WHERE source = 'prod' AND instance = 'crs-1' AND backup = 'b-1'",
            "SELECT * FROM run_history ORDER BY started_at DESC LIMIT 10",
            "SELECT * FROM restore_proofs WHERE at > '2026-03-01T00:00:00Z'",
            "SELECT * FROM restore_proofs WHERE delivery_id = 7",
            "SELECT proven_at FROM delivery_history WHERE run = 12",
            "SELECT * FROM coverage",
            "SELECT * FROM coverage WHERE overdue",
        ]

    @Test(arguments: intended)
    func usesAnIndex(sql: String) async throws {
        try await withCatalog { catalog in
            let scans = try catalog.scans(of: sql)
            #expect(scans == [])
        }
    }

    @Test(arguments: ["delivery_history WHERE sink = 'disk'", "url_history WHERE asked_by = 'cli:ada'", "api_call"])
    func aScanIsNoticed(what: String) async throws {
        try await withCatalog { catalog in
            let scans = try catalog.scans(of: "SELECT * FROM \(what)")
            #expect(scans.count == 1)
        }
    }

    @Test func twoCopiesNeedEqualDigests() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file()])
            let run: RunID = try await catalog.begin()
            let query = try #require(SavedQuery.all.first { $0.name == "two-copies" })
            func store(in sink: SinkName, _ digest: SHA256Digest?) async throws -> Int {
                let delivery = try await catalog.beginDelivery(
                    of: Sample.key,
                    from: Sample.source,
                    to: sink,
                    job: "nightly",
                    run: run,
                    at: .sample
                )
                let artifact = Artifact(position: 0, location: "x", sha256: digest)
                let receipt = Receipt(outcome: .delivered, artifacts: [artifact])
                try await catalog.endDelivery(delivery, with: receipt, at: .sample)
                return try catalog.rows(query.sql).count
            }
            #expect(try await store(in: "one", .of("a")) == 0)
            #expect(try await store(in: "two", nil) == 0)
            #expect(try await store(in: "two", .of("b")) == 0)
            #expect(try await store(in: "two", .of("a")) == 1)
        }
    }

    @Test func coverageTellsWhatIsOverdue() async throws {
        try await withCatalog { catalog in
            let now = Timestamp.now
            try await Seed.fill(catalog, now: now)
            let query = "SELECT instance, overdue, newest_copy IS NOT NULL FROM coverage ORDER BY instance"
            #expect(
                try catalog.rows(query) == [
                    [.text("crs-1"), .integer(0), .integer(1)], [.text("crs-2"), .integer(0), .integer(1)],
                    [.text("crs-3"), .integer(1), .integer(0)],
                ]
            )
            try await catalog.record([Instance(id: "crs-1")], from: "prod", at: now, overdueAfter: .seconds(60))
            #expect(try catalog.value("SELECT overdue FROM coverage WHERE instance = 'crs-1'") == .integer(1))
        }
    }
}
