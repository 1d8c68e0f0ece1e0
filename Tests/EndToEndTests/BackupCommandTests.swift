import DepotSource
import Foundation
import Synchronization
import Testing
import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryTestSupport

/// `wherry backup` against a server that has backups made.
@Suite(.timeLimit(.minutes(3)))
struct BackupCommandTests {
    private let orders = FreshSnapshots()

    private func withProgram(
        plugin: String = "crs",
        fails: Bool = false,
        _ body: @escaping @Sendable (Program, Provider) async throws -> Void
    ) async throws {
        var settings = Provider.Settings()
        let orders = orders
        settings.requests = { orders.requests(into: $0, fails: fails) }
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                try scratch.writeConfig(for: provider)
                if plugin != "crs" { try scratch.writeConfig(of: plugin, at: provider.endpoint) }
                try await body(Program(folder: scratch.path), provider)
            }
        }
    }

    @Test(arguments: ["crs", "tencentcloud"])
    func aBackupIsMadeAndItsIDPrinted(_ plugin: String) async throws {
        orders.begin()
        try await withProgram(plugin: plugin) { program, provider in
            let outcome = try await program.run("backup", "request", "crs-orders01", "--remark", "before it")
            #expect(outcome.status == 0, "\(outcome.all)")
            #expect(outcome.error == "")
            let made = try await provider.catalog.backups(of: "crs-orders01", in: "depot").first {
                $0.remark == "before it"
            }
            #expect(try outcome.output == #require(made).id.rawValue + "\n")
            let rows = try await program.run("sql", Self.history, "--format", "csv")
            let id = outcome.output.dropLast()
            #expect(rows.output.contains("backup,done,cloud,crs-orders01,\(id),before it,cli:"), "\(rows.all)")
            let again = try await program.run("backup", "wait", "crs-orders01")
            #expect(again.status == 0 && again.output == outcome.output)
        }
    }

    @Test func whatIsUnderWayIsToldAndWaitedForAgain() async throws {
        try await withProgram { program, provider in
            let isTaken: @Sendable () async throws -> Bool = {
                try await program.run("sql", "SELECT state FROM task_history", "--format", "csv").output
                    .contains("running")
            }
            let stopped = try await program.signal(SIGINT, when: isTaken, "backup", "request", "crs-orders01")
            #expect(stopped.status == 130 && stopped.output == "", "\(stopped.all)")
            // A signal that comes before the waiting ends the program at once.
            #expect(stopped.error == "" || stopped.error.contains("wherry backup wait crs-orders01"))
            #expect(try await provider.catalog.tasks(of: "depot").count == 1)
            let second = try await program.run("backup", "request", "crs-orders01")
            #expect(second.status == 73, "\(second.all)")
            #expect(second.error.contains("Task 1 of crs-orders01 is under way: the backup that cli:"))
            #expect(second.error.contains("wherry backup wait crs-orders01"))
            #expect(second.output == "")
            orders.begin()
            let waited = try await program.run("backup", "wait", "crs-orders01", "--json")
            #expect(waited.status == 0, "\(waited.all)")
            #expect(waited.output.contains(#"{"task": 1, "kind": "backup", "state": "done", "source": "cloud""#))
            #expect(!waited.output.contains(#""backup": null"#))
            #expect(try await provider.catalog.tasks(of: "depot").count == 1, "nothing was ordered twice")
        }
    }

    @Test func nobodyNeedWait() async throws {
        try await withProgram { program, provider in
            let outcome = try await program.run("backup", "request", "crs-orders01", "--no-wait")
            #expect(outcome.status == 0 && outcome.output == "1\n" && outcome.error == "")
            let json = try await program.run("backup", "request", "crs-sessions", "--no-wait", "--json")
            #expect(json.output.contains(#""state": "running""#) && json.output.contains(#""backup": null"#))
            #expect(try await provider.catalog.tasks(of: "depot").map(\.state) == [.running, .running])
        }
    }

    @Test func whatCannotBeHasItsStatus() async throws {
        orders.begin()
        try await withProgram(fails: true) { program, _ in
            #expect(try await program.run("backup", "request", "crs-none").status == 66)
            #expect(try await program.run("backup", "wait", "crs-orders01").status == 66)
            #expect(try await program.run("backup", "request", "crs-orders01", "--source", "none").status == 64)
            let failed = try await program.run("backup", "request", "crs-orders01", "--json")
            #expect(failed.status == 75 && failed.error.contains("crs.task-failed"), "\(failed.all)")
            let told = try await program.run("backup", "wait", "crs-orders01", "--json")
            #expect(told.status == 75 && told.error.contains("task.failed"), "\(told.all)")
        }
    }

    @Test func aSourceThatCannotSaysSo() async throws {
        try await Scratch.with { scratch in
            let program = Program(folder: scratch.path)
            #expect(try await program.run("init").status == 0)
            #expect(try await program.run("depot", "add", "orders", Fixtures.rdb("orders-1")).status == 0)
            let outcome = try await program.run("backup", "request", "orders", "--json")
            #expect(outcome.status == 69 && outcome.error.contains("source.cannot-request"), "\(outcome.all)")
        }
    }

    @Test(arguments: ["crs", "tencentcloud"])
    func aServiceThatHasNoBackupsMadeSaysSo(_ plugin: String) async throws {
        try await Scratch.with { scratch in
            let home = try await ServeHome(in: scratch, backups: 1)
            let server = try await ServerProcess.start(home.program, port: home.port)
            try scratch.writeConfig(
                of: plugin,
                at: "http://127.0.0.1:\(home.port)",
                keys: (scratch.file("secrets/api-key.id"), scratch.file("secrets/api-key.secret")),
                folder: "client/"
            )
            let program = Program(folder: scratch.file("client"))
            let instance = try #require(try await home.backups().first).instance
            for _ in 0..<2 {
                let outcome = try await program.run("backup", "request", instance, "--json")
                #expect(outcome.status == 69 && outcome.error.contains(#""class": "unsupported""#), "\(outcome.all)")
            }
            #expect(try await program.run("backup", "request", "none").status == 66)
            let rows = try await program.run("sql", "SELECT state FROM task_history", "--format", "csv")
            #expect(rows.output.matches(of: /failed/).count == 2, "\(rows.all)")
            #expect(try await server.stop() == 0)
        }
    }

    private static let history = """
        SELECT kind, state, source, instance, backup, remark, asked_by FROM task_history
        """
}

/// Makes backups that were dumped now, once it may begin.
private final class FreshSnapshots: Sendable {
    private let mayBegin = Mutex(false)

    func begin() { mayBegin.withLock { $0 = true } }

    func requests(into depot: DepotStore, fails: Bool) -> any BackupRequesting {
        Requests(depot: depot, fails: fails) { [self] in
            while !mayBegin.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    private struct Requests: BackupRequesting {
        let depot: DepotStore
        let fails: Bool
        let gate: @Sendable () async throws -> Void

        func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
            BackupRequest(instance: instance, remark: remark, task: "1", requestedAt: TestClock().now)
        }

        func finished(_ request: BackupRequest) async throws -> Backup? {
            try await gate()
            if fails { throw Failure(.transient, code: "test.cut", "The server went away.") }
            let file = try Self.snapshot()
            // What stays is the system's to clear.
            defer { try? FileManager.default.removeItem(atPath: file) }
            return try await depot.add([file], to: request.instance, remark: request.remark ?? "")
        }

        /// A snapshot whose field `ctime` is now; it has no checksum that would say otherwise.
        private static func snapshot() throws -> String {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("no-checksum"))))
            let key = Array("ctime".utf8) + [0xC2]
            let start = try #require(bytes.indices.first { bytes[$0...].starts(with: key) }) + key.count
            let now = UInt32(TestClock().now.seconds)
            for place in 0..<4 { bytes[start + place] = UInt8(truncatingIfNeeded: now >> (8 * UInt32(place))) }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            try Data(bytes).write(to: file)
            return file.path
        }
    }
}

extension Scratch {
    /// Writes a configuration with one source, `cloud`, and nothing else.
    fileprivate func writeConfig(
        of plugin: String,
        at endpoint: String,
        keys: (id: String, key: String) = ("secrets/id", "secrets/key"),
        folder: String = ""
    ) throws {
        let text = """
            catalog: catalog.db
            sources:
              - name: cloud
                plugin: \(plugin)
                options:
                  endpoint: \(endpoint)
                  region: ap-guangzhou
                  secret_id: file:\(keys.id)
                  secret_key: file:\(keys.key)

            """
        try write(folder + "wherry.yaml", Array(text.utf8))
    }
}
