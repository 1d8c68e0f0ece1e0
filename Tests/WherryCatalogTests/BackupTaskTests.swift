import Testing
import WherryCore

@testable import WherryCatalog

/// Backups and exports that were asked for.
@Suite struct BackupTaskTests {
    private let instance: Instance.ID = "crs-1"

    private func withTasks(_ body: @escaping @Sendable (Catalog) async throws -> Void) async throws {
        try await withCatalog { catalog in
            try await catalog.register(source: "prod", plugin: "crs", at: .sample)
            try await catalog.record([Instance(id: instance, name: "orders")], from: "prod", at: .sample)
            try await body(catalog)
        }
    }

    @Test func oneTaskOfAnInstanceIsUnderWay() async throws {
        try await withTasks { catalog in
            func begin() async throws -> Int64 {
                try await catalog.beginTask(
                    .backup(of: instance, remark: "weekly"),
                    in: "prod",
                    at: .sample,
                    askedBy: "api:me"
                )
            }
            let first = try await begin()
            for _ in 0..<2 {
                let failure = await #expect(throws: Failure.self) { _ = try await begin() }
                #expect(failure?.code == "task.under-way")
                try await catalog.startTask(first, sourceTask: "4711")
            }
            let task = try #require(try await catalog.task(first, of: "prod"))
            #expect(task.sourceTask == "4711" && task.state == .running && task.remark == "weekly")
            #expect(try await catalog.tasksUnderWay(of: "prod") == [task])
            try await catalog.endTask(first, in: "prod", at: .sample + .seconds(9))
            #expect(try await catalog.tasksUnderWay(of: "prod") == [])
            let second = try await begin()
            #expect(try await catalog.tasks(of: "prod").map(\.id) == [second, first])
            #expect(try await catalog.task(first, of: "other") == nil)
        }
    }

    @Test func anEndedTaskStaysAsItIs() async throws {
        try await withTasks { catalog in
            let id = try await catalog.beginTask(.backup(of: instance), in: "prod", at: .sample, askedBy: "api:me")
            try await catalog.failTask(id, Failure(.transient, code: "a.b", "It broke."), at: .sample)
            try await catalog.endTask(id, in: "prod", at: .sample + .seconds(1))
            try await catalog.startTask(id, sourceTask: "1")
            let task = try #require(try await catalog.task(id, of: "prod"))
            #expect(task.state == .failed && task.failureMessage == "It broke." && task.endedAt == .sample)
        }
    }

    @Test func backupsAreKeptAsTheyWereAskedFor() async throws {
        try await withTasks { catalog in
            let day = Duration.seconds(86_400)
            #expect(try await catalog.retention(of: instance, in: "prod") == BackupRetention())
            #expect(try await catalog.retention(of: "crs-2", in: "other") == BackupRetention())
            for (id, days, caller) in [
                ("b-1", 30, "api:me"), ("b-2", nil, "api:me"), ("b-3", 0, "api:me"), ("b-4", 3, BackupSchedule.caller),
            ] as [(Backup.ID, Int?, String)] {
                let key = Backup.Key(instance: instance, backup: id)
                let order = TaskOrder.backup(of: instance, keepDays: days)
                let task = try await catalog.beginTask(order, in: "prod", at: .sample, askedBy: caller)
                try await catalog.record([Sample.backup(key, at: .sample)], from: "prod", at: .sample)
                try await catalog.endTask(task, made: key, in: "prod", at: .sample)
            }
            #expect(
                try await catalog.retention(of: instance, in: "prod") == BackupRetention(exceptions: ["b-1": day * 30])
            )
            for (days, age) in [(14, day * 14), (0, nil)] as [(Int, Duration?)] {
                let schedule = BackupSchedule(weekDays: ["Monday"], hour: 2, keepDays: days)
                try await catalog.setSchedule(schedule, of: instance, in: "prod", at: .sample, by: "api:me")
                let retention = try await catalog.retention(of: instance, in: "prod")
                #expect(retention == BackupRetention(age: age, exceptions: ["b-1": day * 30]))
            }
        }
    }

    @Test func exportsAreKnownByTheirBackup() async throws {
        try await withTasks { catalog in
            let key = Backup.Key(instance: instance, backup: "b-1")
            await #expect(throws: Failure.self) {
                _ = try await catalog.beginTask(.export(of: key), in: "prod", at: .sample, askedBy: "api:me")
            }
            try await catalog.record([Sample.backup(key, at: .sample)], from: "prod", at: .sample)
            let id = try await catalog.beginTask(.export(of: key), in: "prod", at: .sample, askedBy: "api:me")
            #expect(try await catalog.exports(of: instance, in: "prod") == ["b-1": .waiting])
            try await catalog.endTask(id, in: "prod", at: .sample)
            #expect(try await catalog.exports(of: instance, in: "prod") == ["b-1": .done])
            #expect(try await catalog.exports(of: "crs-2", in: "prod") == [:])
        }
    }
}
