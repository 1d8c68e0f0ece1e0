import Foundation
import GRDB
import Migrations
import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct MigrationTests {
    @Test func migratesANewCatalog() async throws {
        try await withCatalog { catalog in
            #expect(try catalog.value("PRAGMA user_version") == .integer(Int64(Migration.all.count)))
            let history = try catalog.rows("SELECT version, name, applied_at FROM schema_history ORDER BY version")
            #expect(
                history
                    == Migration.all.map {
                        [.integer(Int64($0.version)), .text($0.name), .text(Timestamp.sample.description)]
                    }
            )
        }
    }

    @Test func versionsHaveNoGaps() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    @Test func embedsTheFilesOfTheFolder() throws {
        let folder = repository + "/migrations"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
        #expect(names == Migration.all.map(\.name))
        for migration in Migration.all {
            let bytes = try #require(FileManager.default.contents(atPath: folder + "/" + migration.name))
            #expect(Array(bytes) == migration.bytes)
        }
    }

    @Test func acceptsACatalogMadeByHand() async throws {
        try await withFolder { folder in
            let made = folder + "/made.db"
            for migration in Migration.all { try applyByHand(migration.name, to: made) }
            let byHand = try sqlite3(made, ".schema")
            let app = try Catalog(path: folder + "/app.db", now: .sample)
            #expect(byHand.output.contains("CREATE VIEW url_history"))
            #expect(try sqlite3(app.path, ".schema") == byHand)

            let opened = try Catalog(path: made, now: .sample)
            let dump = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
            #expect(try opened.rows(dump) == app.rows(dump))
            let history = "SELECT version, name, sha256 FROM schema_history ORDER BY version"
            #expect(try opened.rows(history) == app.rows(history))
            #expect(try opened.rows(history).count == Migration.all.count)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".bak") } == [])
        }
    }

    @Test func aMigrationThatFailsByHandLeavesNothing() async throws {
        try await withFolder { folder in
            let path = folder + "/made.db"
            try Data("CREATE TABLE a (b TEXT);\nCREATE TABLE a (b TEXT);\n".utf8)
                .write(to: URL(fileURLWithPath: folder + "/bad.sql"))
            let answer = try sqlite3("-bail", path, "BEGIN IMMEDIATE", ".read '\(folder)/bad.sql'", "COMMIT")
            #expect(answer.status != 0)
            #expect(try sqlite3(path, ".schema") == ShellAnswer(status: 0, output: ""))
        }
    }

    @Test func refusesANewerCatalog() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            _ = try Catalog(path: path, now: .sample)
            let newer = Migration.all.count + 1
            #expect(try sqlite3(path, "PRAGMA user_version = \(newer)").status == 0)
            let failure = try #require(throws: Failure.self) { try Catalog(path: path, now: .sample) }
            #expect(failure.failureClass == .conflict)
            #expect(failure.code == "catalog.newer")
            #expect(try sqlite3(path, "PRAGMA user_version").output == "\(newer)\n")
        }
    }

    @Test func leavesAnotherProgramsDatabaseAlone() async throws {
        try await withFolder { folder in
            let path = folder + "/other.db"
            #expect(try sqlite3(path, "CREATE TABLE theirs (a TEXT)").status == 0)
            let failure = try #require(throws: Failure.self) { try Catalog(path: path, now: .sample) }
            #expect(failure.code == "catalog.not-ours")
            #expect(try sqlite3(path, "SELECT name FROM sqlite_master").output == "theirs\n")
        }
    }

    @Test func keepsACopyOfAnOlderCatalog() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            try applyByHand(Migration.all[0].name, to: path)
            let row = "INSERT INTO source (name, plugin, first_seen_at) VALUES ('prod', 'crs', '2026-01-02T03:04:05Z')"
            #expect(try sqlite3(path, row).status == 0)

            let catalog = try Catalog(path: path, now: .sample)
            let copies = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".bak") }
            #expect(copies == ["catalog.db.v1-\(Timestamp.sample.compact).bak"])
            let copy = folder + "/" + (copies.first ?? "")
            #expect(try mode(of: copy) == 0o600)
            for file in [copy, path] {
                #expect(try sqlite3(file, "SELECT name, plugin FROM source").output == "prod|crs\n")
                #expect(try sqlite3(file, "PRAGMA integrity_check").output == "ok\n")
            }
            #expect(try sqlite3(copy, "PRAGMA user_version").output == "1\n")
            #expect(try catalog.value("PRAGMA user_version") == .integer(Int64(Migration.all.count)))
            #expect(try catalog.value("SELECT count(*) FROM schema_history") == .integer(Int64(Migration.all.count)))
        }
    }

    @Test func keepsACopyBesideAnEarlierOneOfTheSameSecond() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            let earlier = "\(path).v1-\(Timestamp.sample.compact).bak"
            try Data("earlier".utf8).write(to: URL(fileURLWithPath: earlier))
            try applyByHand(Migration.all[0].name, to: path)
            _ = try Catalog(path: path, now: .sample)
            #expect(FileManager.default.contents(atPath: earlier) == Data("earlier".utf8))
            let second = "\(path).v1-\(Timestamp.sample.compact)-2.bak"
            #expect(try sqlite3(second, "PRAGMA user_version").output == "1\n")
        }
    }

    @Test func manyOpenOneNewCatalogAtOnce() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            let catalogs = try await withThrowingTaskGroup { group in
                for _ in 0..<4 { group.addTask { try Catalog(path: path, now: .sample) } }
                return try await group.reduce(into: [Catalog]()) { $0.append($1) }
            }
            for (index, catalog) in catalogs.enumerated() {
                try await catalog.register(source: SourceName(rawValue: "s\(index)"), plugin: "crs", at: .sample)
            }
            #expect(try catalogs[0].value("SELECT count(*) FROM source") == .integer(4))
            #expect(
                try catalogs[0].value("SELECT count(*) FROM schema_history") == .integer(Int64(Migration.all.count))
            )
        }
    }

    @Test func manyOpenOneOlderCatalogAtOnce() async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            try applyByHand(Migration.all[0].name, to: path)
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 { group.addTask { _ = try Catalog(path: path, now: .sample) } }
                try await group.waitForAll()
            }
            #expect(try sqlite3(path, "PRAGMA user_version").output == "\(Migration.all.count)\n")
        }
    }

    @Test func isPrivateAndDurable() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            for suffix in ["", "-wal", "-shm"] { #expect(try mode(of: catalog.path + suffix) == 0o600) }
            let pragmas = try await catalog.pool.writeWithoutTransaction { db in
                let names = ["synchronous", "journal_mode", "foreign_keys"]
                return try names.map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
            }
            #expect(pragmas == ["2", "wal", "1"])
        }
    }

    @Test func aCheckpointLeavesEverythingInOneFile() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            catalog.checkpoint()
            let copy = catalog.path + ".copy"
            try FileManager.default.copyItem(atPath: catalog.path, toPath: copy)
            #expect(try sqlite3(copy, "SELECT count(*) FROM backup").output == "1\n")
        }
    }

    @Test(arguments: [
        Data("this is no database at all, but text of some length\n".utf8), Data(repeating: 7, count: 8_192),
    ])
    func refusesWhatIsNoDatabase(bytes: Data) async throws {
        try await withFolder { folder in
            let path = folder + "/catalog.db"
            try bytes.write(to: URL(fileURLWithPath: path))
            let failure = try #require(throws: Failure.self) { try Catalog(path: path, now: .sample) }
            #expect(failure.failureClass == .corrupt)
            #expect(FileManager.default.contents(atPath: path) == bytes)
        }
    }

    @Test func refusesAFolderThatIsNotThere() async throws {
        try await withFolder { folder in
            let failure = try #require(throws: Failure.self) {
                try Catalog(path: folder + "/no/catalog.db", now: .sample)
            }
            #expect(failure.failureClass == .configuration)
            #expect(failure.code == "catalog.cannot-open")
        }
    }
}
