import Foundation
import Migrations
import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct ReadOnlySQLTests {
    private func withSeed(_ body: (Catalog) async throws -> Void) async throws {
        try await withCatalog { catalog in
            try await Seed.fill(catalog, now: .now)
            try await body(catalog)
        }
    }

    private func ask(_ catalog: Catalog, _ sql: String, arguments: [String] = []) throws -> ResultTable {
        try ReadOnlySQL(path: catalog.path).run(sql, arguments: arguments, rowLimit: 1_000, timeLimit: .seconds(10))
    }

    @Test func readsWhileAnotherConnectionWrites() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for number in 0..<200 {
                        let id = Instance.ID(rawValue: "i\(number)")
                        try await catalog.record([Instance(id: id)], from: Sample.source, at: .sample)
                    }
                }
                group.addTask {
                    let reader = try ReadOnlySQL(path: catalog.path)
                    for _ in 0..<50 {
                        let table = try reader.run(
                            "SELECT count(*) FROM instance",
                            rowLimit: 10,
                            timeLimit: .seconds(10)
                        )
                        #expect(table.rows.count == 1)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try ask(catalog, "SELECT count(*) FROM instance").rows == [[.integer(201)]])
        }
    }

    @Test func theStockShellReadsToo() async throws {
        try await withSeed { catalog in
            let answer = try sqlite3("-readonly", catalog.path, "SELECT count(*) FROM url_history")
            #expect(answer == ShellAnswer(status: 0, output: "36\n"))
        }
    }

    @Test(arguments: [
        "DELETE FROM issued_url", "INSERT INTO source (name, plugin, first_seen_at) VALUES ('a', 'b', 'c')",
        "UPDATE run SET jobs = 'x'", "REPLACE INTO source (name, plugin, first_seen_at) VALUES ('a', 'b', 'c')",
        "CREATE TABLE a (b)", "CREATE TEMP TABLE a (b)", "CREATE TEMP VIEW redacted_url AS SELECT * FROM issued_url",
        "DROP TABLE issued_url", "ALTER TABLE run ADD COLUMN x", "CREATE INDEX x ON run (id)", "REINDEX", "ANALYZE",
        "ATTACH ':memory:' AS other", "DETACH main", "VACUUM", "VACUUM INTO 'never.db'", "BEGIN", "COMMIT",
        "SAVEPOINT a", "PRAGMA writable_schema = 1", "PRAGMA writable_schema", "PRAGMA user_version = 9",
        "PRAGMA user_version(9)", "PRAGMA query_only = 0", "PRAGMA trusted_schema = 1", "PRAGMA journal_mode = DELETE",
        "PRAGMA main.user_version = 9", "PRAGMA wal_checkpoint", "PRAGMA temp_store_directory = '/'",
        "SELECT load_extension('x')", "EXPLAIN DELETE FROM issued_url", "SELECT * FROM pragma_journal_mode",
        "WITH a AS (SELECT 1) DELETE FROM issued_url", "CREATE VIRTUAL TABLE a USING fts5(b)",
    ])
    func refusesWhatDoesNotRead(sql: String) async throws {
        try await withSeed { catalog in
            let failure = try #require(throws: Failure.self) { try ask(catalog, sql) }
            #expect(failure.failureClass == .usage)
            #expect(failure.code == "sql.refused")
            #expect(try ask(catalog, "SELECT count(*) FROM issued_url").rows == [[.integer(36)]])
            #expect(try ask(catalog, "PRAGMA user_version").rows == [[.integer(Int64(Migration.all.count))]])
        }
    }

    @Test(arguments: [
        "", " ", "-- nothing", "SELEC 1", "SELECT * FROM nowhere", "SELECT 1; SELECT 2", "SELECT 1; DELETE FROM run",
        "SELECT 1 /* a */; /* b */ DELETE FROM run", "SELECT 1;;\n;x", "SELECT data FROM sqlite_dbpage",
    ])
    func saysWhatCannotBeRead(sql: String) async throws {
        try await withCatalog { catalog in
            let failure = try #require(throws: Failure.self) { try ask(catalog, sql) }
            #expect(failure.failureClass == .usage)
            #expect(failure.code == "sql.syntax")
        }
    }

    @Test(arguments: [
        "SELECT 1", "SELECT 1;", "-- a comment\nSELECT 1", "SELECT 1; -- a comment", "SELECT 1;\n/* a */ ;; \n",
        "VALUES (1)", "WITH a (b) AS (SELECT 1) SELECT b FROM a", "SELECT '; DELETE FROM run' IS NOT NULL",
    ])
    func readsOneStatement(sql: String) async throws {
        try await withCatalog { catalog async throws in #expect(try ask(catalog, sql).rows == [[.integer(1)]]) }
    }

    @Test(arguments: [
        "PRAGMA table_info(issued_url)", "PRAGMA table_list", "EXPLAIN QUERY PLAN SELECT * FROM url_history",
    ])
    func describesTheSchema(sql: String) async throws {
        try await withCatalog { catalog async throws in #expect(try !ask(catalog, sql).rows.isEmpty) }
    }

    @Test(.timeLimit(.minutes(1))) func stopsAQueryWithoutEnd() async throws {
        try await withCatalog { catalog in
            let reader = try ReadOnlySQL(path: catalog.path)
            let endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
            let start = ContinuousClock.now
            let failure = try #require(throws: Failure.self) {
                try reader.run(endless, rowLimit: 1, timeLimit: .milliseconds(300))
            }
            #expect(failure.failureClass == .usage)
            #expect(failure.code == "sql.timeout")
            #expect(ContinuousClock.now - start < .seconds(10))
            // The connection is still good.
            #expect(try reader.run("SELECT 1", rowLimit: 1, timeLimit: .seconds(10)).rows == [[.integer(1)]])
        }
    }

    @Test func cutsAnAnswerThatIsTooLong() async throws {
        try await withCatalog { catalog in
            let reader = try ReadOnlySQL(path: catalog.path)
            let three = "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
            func table(_ limit: Int) throws -> ResultTable {
                try reader.run(three, rowLimit: limit, timeLimit: .seconds(10))
            }
            #expect(try table(2).rows == [[.integer(1)], [.integer(2)]])
            #expect(try table(2).isCut)
            #expect(try table(3).rows.count == 3)
            #expect(try !table(3).isCut)
        }
    }

    @Test func givesValuesOfEveryKind() async throws {
        try await withCatalog { catalog in
            let table = try ask(catalog, "SELECT NULL AS a, 7 AS b, 1.5 AS c, ? AS d, x'00ff' AS e", arguments: ["é'"])
            #expect(table.columns == ["a", "b", "c", "d", "e"])
            #expect(table.rows == [[.null, .integer(7), .real(1.5), .text("é'"), .blob([0, 255])]])
        }
    }

    @Test func needsACatalog() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            let missing = try #require(throws: Failure.self) { try ReadOnlySQL(path: path) }
            #expect(missing.failureClass == .notFound)
            #expect(!FileManager.default.fileExists(atPath: path))
            try Data(repeating: 7, count: 8_192).write(to: URL(fileURLWithPath: path))
            let corrupt = try #require(throws: Failure.self) {
                try ReadOnlySQL(path: path).run("SELECT * FROM run", rowLimit: 1, timeLimit: .seconds(10))
            }
            #expect(corrupt.failureClass == .corrupt)
        }
    }

    // MARK: - Whole URLs

    /// Every way to a whole URL that somebody may think of.
    ///
    /// None of them may give one, and none may tell of one.
    static let curious: [String] = [
        "SELECT * FROM issued_url",
        "SELECT extranet_url FROM issued_url",
        "SELECT main.issued_url.extranet_url FROM main.issued_url",
        "SELECT \"EXTRANET_URL\", [Intranet_Url] FROM \"Issued_URL\"",
        "SELECT x FROM (SELECT extranet_url AS x FROM issued_url)",
        "SELECT (SELECT extranet_url FROM issued_url LIMIT 1)",
        "WITH a AS (SELECT * FROM issued_url) SELECT * FROM a",
        "WITH a AS MATERIALIZED (SELECT extranet_url AS x FROM issued_url) SELECT x FROM a",
        "SELECT u.* FROM issued_url AS u JOIN backup_file AS f ON f.id = u.file_id",
        "SELECT u.extranet_url FROM url_history AS h JOIN issued_url AS u ON u.id = h.url_id",
        "SELECT group_concat(extranet_url) FROM issued_url",
        "SELECT max(extranet_url), min(intranet_url) FROM issued_url",
        "SELECT json_group_array(extranet_url) FROM issued_url",
        "SELECT quote(extranet_url), hex(extranet_url), length(extranet_url) FROM issued_url",
        "SELECT extranet_url || '' FROM issued_url",
        "SELECT substr(extranet_url, 1, 20) FROM issued_url",
        "SELECT extranet_url FROM issued_url UNION SELECT intranet_url FROM issued_url",
        "SELECT first_value(extranet_url) OVER (ORDER BY id) FROM issued_url",
        "SELECT extranet_url, count(*) FROM issued_url GROUP BY extranet_url",
        "SELECT redacted_url.extranet_url FROM issued_url AS redacted_url",
        "SELECT * FROM (SELECT id, extranet_url FROM issued_url) AS redacted_url",
        "SELECT * FROM url_history", "SELECT * FROM valid_urls", "SELECT * FROM redacted_url",
        "SELECT r.*, u.* FROM redacted_url AS r JOIN issued_url AS u ON u.id = r.id",
        "SELECT (SELECT u.extranet_url FROM issued_url AS u WHERE u.id = r.id) FROM redacted_url AS r",
        "SELECT * FROM sqlite_master",
        "EXPLAIN SELECT * FROM issued_url",
    ]

    @Test(arguments: curious)
    func keepsWholeURLsBack(sql: String) async throws {
        try await withSeed { catalog in
            let table = try ask(catalog, sql)
            #expect(!table.rows.isEmpty)
            let text = "\(table.rows)"
            #expect(!text.contains(Seed.mark))
            #expect(!text.contains("534543524554"))  // the same in hexadecimal digits
        }
    }

    /// Queries whose answer would tell something of a URL by being there, or by its order.
    @Test(arguments: [
        "SELECT id FROM issued_url WHERE extranet_url LIKE 'http%'",
        "SELECT id FROM issued_url WHERE extranet_url IS NOT NULL",
        "SELECT id FROM issued_url WHERE instr(extranet_url, 'SECRET') > 0",
        "SELECT id FROM issued_url WHERE extranet_url GLOB 'h*' OR intranet_url > 'a'",
        "SELECT u.id FROM issued_url AS u JOIN (SELECT 'https://dl.example/SECRET/50' AS x) ON x = u.extranet_url",
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM issued_url WHERE intranet_url LIKE '%SECRET%')",
        "SELECT id FROM issued_url GROUP BY id HAVING max(extranet_url) LIKE 'https%'",
        "SELECT count(extranet_url) AS n FROM issued_url GROUP BY id HAVING n > 0",
        "SELECT id FROM issued_url WHERE CASE WHEN extranet_url LIKE 'h%' THEN 1 ELSE 0 END",
    ])
    func tellsNothingByGuessing(sql: String) async throws {
        try await withSeed { catalog async throws in #expect(try ask(catalog, sql).rows.isEmpty) }
    }

    @Test func tellsNothingByOrder() async throws {
        try await withSeed { catalog in
            let plain = try ask(catalog, "SELECT id FROM issued_url ORDER BY id")
            #expect(try ask(catalog, "SELECT id FROM issued_url ORDER BY extranet_url, id") == plain)
            #expect(try ask(catalog, "SELECT id FROM issued_url ORDER BY extranet_url DESC, id") == plain)
        }
    }

    /// SQLite names a CTE to the authorizer as it names a view.
    @Test(arguments: [
        "WITH redacted_url AS (SELECT extranet_url FROM issued_url) SELECT * FROM redacted_url",
        "WITH a AS (SELECT 1), \"Redacted_URL\" (x) AS (SELECT extranet_url FROM issued_url) SELECT x FROM [redacted_url]",
        "SELECT * FROM (WITH/**/redacted_url/**/AS (SELECT extranet_url FROM issued_url) SELECT * FROM redacted_url)",
        "WITH RECURSIVE REDACTED_URL (x) AS (SELECT extranet_url FROM issued_url) SELECT x FROM redacted_url",
        "EXPLAIN WITH redacted_url AS (SELECT extranet_url FROM issued_url) SELECT * FROM redacted_url",
    ])
    func isNotFooledByADisguise(sql: String) async throws {
        try await withSeed { catalog in
            let failure = try #require(throws: Failure.self) { try ask(catalog, sql) }
            #expect(failure.code == "sql.refused")
        }
    }

    @Test func givesWholeURLsToWhoAsksForThem() async throws {
        try await withSeed { catalog in
            let reader = try ReadOnlySQL(path: catalog.path, revealsURLs: true)
            let table = try reader.run("SELECT extranet_url FROM issued_url", rowLimit: 100, timeLimit: .seconds(10))
            #expect("\(table.rows)".contains(Seed.mark))
        }
    }
}
