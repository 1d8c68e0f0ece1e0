import GRDB
import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct GroupCommitTests {
    @Test(.timeLimit(.minutes(2))) func everyOneOfManyWritesIsThere() async throws {
        try await withCatalog { catalog in
            try await withThrowingTaskGroup { group in
                for number in 0..<500 {
                    group.addTask {
                        try await catalog.register(source: .init(rawValue: "s\(number)"), plugin: "crs", at: .sample)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try catalog.value("SELECT count(DISTINCT name) FROM source") == .integer(500))
        }
    }

    @Test(.timeLimit(.minutes(2))) func aFailingWriteUndoesOnlyItself() async throws {
        struct Mistake: Error {}
        try await withCatalog { catalog async throws in
            let failures = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            try await catalog.write { db in
                                try db.execute(
                                    sql: "INSERT INTO source (name, plugin, first_seen_at) VALUES (?, 'crs', ?)",
                                    arguments: ["s\(number)", Timestamp.sample.description]
                                )
                                if number % 3 == 0 { throw Mistake() }
                                // NULL is against the schema: the statement itself fails.
                                if number % 3 == 1 { try db.execute(sql: "INSERT INTO source (name) VALUES (NULL)") }
                            }
                            return false
                        } catch {
                            return true
                        }
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failures == 134)
            #expect(try catalog.value("SELECT count(*) FROM source") == .integer(66))
            #expect(try catalog.value("SELECT count(*) FROM source WHERE substr(name, 2) % 3 <> 2") == .integer(0))
        }
    }

    @Test func aWriteThatFailsSaysWhatFailed() async throws {
        try await withCatalog { catalog in
            let code = await failureCode {
                try await catalog.write { db in try db.execute(sql: "INSERT INTO nowhere VALUES (1)") }
            }
            #expect(code == "catalog.sql")
        }
    }

    @Test func aWriteOfACancelledTaskIsCarriedOut() async throws {
        try await withCatalog { catalog in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await catalog.register(source: "prod", plugin: "crs", at: .sample)
            }
            try await task.value
            #expect(try catalog.value("SELECT count(*) FROM source") == .integer(1))
        }
    }

    @Test func readsSeeWhatWasWrittenBefore() async throws {
        try await withCatalog { catalog in
            try await catalog.register(source: "prod", plugin: "crs", at: .sample)
            for number in 0..<50 {
                let id = Instance.ID(rawValue: "i\(number)")
                try await catalog.record([Instance(id: id)], from: "prod", at: .sample)
                #expect(try await catalog.instance(id, of: "prod")?.id == id)
            }
        }
    }
}
