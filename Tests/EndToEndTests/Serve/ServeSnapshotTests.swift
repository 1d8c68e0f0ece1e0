import Foundation
import QCloudAPI
import Testing
import WherryTestSupport

/// `wherry serve` has backups of live servers made: for callers, and by schedule.
@Suite(.timeLimit(.minutes(5)))
struct ServeSnapshotTests {
    private static let password = "LEAKMARK-" + UUID().uuidString

    /// A live server behind the instance `live` of a depot that has `orders-0` beside it, without a server.
    private func withHome(
        _ options: [String] = [],
        _ body: (ServeHome, RealRedis) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try scratch.write("pw", Array("\(Self.password)\n".utf8))
            try await RealRedis.with(password: Self.password, options) { redis in
                try await redis.fill(2_000)
                let servers = [
                    "servers:", "  - instance: live", "    address: \(redis.address)", "    password: file:pw",
                ]
                try await body(try await ServeHome(in: scratch, backups: 1, depotOptions: servers), redis)
            }
        }
    }

    @Test func aCallerHasABackupMadeThatIsListedAndLoads() async throws {
        try await withHome { home, redis in
            let check = try await home.program.run("check")
            #expect(check.output.contains("The server of live at unix:/"), "\(check.all)")
            let server = try await ServerProcess.start(home.program, port: home.port)
            let listed = try DescribeRedisResponse(
                decoding: try await home.call("DescribeRedis", ["limit": "20", "offset": "0"])
            )
            #expect(listed.instances.map(\.redisId).sorted() == ["live", "orders-0"], "even without a backup")

            let begun = try await home.call("ManualBackupInstance", ["redisId": "live", "remark": "by 2.0"])
            try await end(ofTask: try TaskStartedResponse(decoding: begun).requestId, at: home)
            let newer = try await home.call(V3ManualBackupInstance(instanceID: "live", remark: "by 3.0"))
            try await end(ofTask: newer.taskID, at: home)

            let digest = try await redis.send("DEBUG", "DIGEST")
            let backups = try await backups(of: "live", at: home)
            #expect(Set(backups.map(\.remark)) == ["by 2.0", "by 3.0"])
            for backup in backups {
                #expect(backup.backupType == CRSBackup.manualType)
                let url = try await home.url("live", backup.backupId)
                let file = home.scratch.file("loaded.rdb")
                try Data(try await HTTPProbe.send("GET", url).body).write(to: URL(fileURLWithPath: file))
                let place = ["--dir", home.scratch.path, "--dbfilename", "loaded.rdb"]
                try await RealRedis.with(password: Self.password, place) { copy in
                    let copied = try await copy.send("DEBUG", "DIGEST")
                    #expect(copied == digest)
                }
            }

            let refused = await #expect(throws: V3Error.self) {
                try await home.call(V3ManualBackupInstance(instanceID: "orders-0"))
            }
            #expect(refused?.code == .unsupportedByInstance)
            let unscheduled = await #expect(throws: V3Error.self) {
                try await home.call(V3ModifyAutoBackupConfig(instanceID: "orders-0"))
            }
            #expect(unscheduled?.code == .unsupportedByInstance)
            #expect(try await tasks(home) == ["live,done,api", "live,done,api"], "a refusal leaves no task")
            #expect(try await server.stop() == 0)
            #expect(!(server.log + check.all).contains(Self.password))
        }
    }

    @Test func whatAStopInterruptsTheNextStartMakesOnce() async throws {
        try await withHome(["--rdb-key-save-delay", "5000"]) { home, redis in
            let server = try await ServerProcess.start(home.program, port: home.port)
            let task = try await home.call(V3ManualBackupInstance(instanceID: "live")).taskID
            func staged() -> Bool {
                FileManager.default.subpaths(atPath: home.scratch.file("depot"))?.contains { $0.hasSuffix(".part") }
                    == true
            }
            while !staged() { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await home.call(V3DescribeTaskInfo(taskID: task)).status == .running)
            #expect(try await server.stop() == 0)
            #expect(!staged())
            #expect(try await tasks(home) == ["live,running,api"])
            _ = try await redis.send("CONFIG", "SET", "rdb-key-save-delay", "0")
            let next = try await ServerProcess.start(home.program, port: home.port)
            try await end(ofTask: task, at: home)
            #expect(try await backups(of: "live", at: home).count == 1)
            #expect(try await next.stop() == 0)
        }
    }

    @Test func aServerThatIsGoneIsAFailedTaskThatSaysWhy() async throws {
        try await withHome { home, redis in
            let server = try await ServerProcess.start(home.program, port: home.port)
            // No passing trouble, which would be waited for.
            _ = try await redis.send("CONFIG", "SET", "requirepass", "another")
            let task = try await home.call(V3ManualBackupInstance(instanceID: "live")).taskID
            var info = try await home.call(V3DescribeTaskInfo(taskID: task))
            while info.status == .running || info.status == .preparing {
                try await Task.sleep(for: .milliseconds(50))
                info = try await home.call(V3DescribeTaskInfo(taskID: task))
            }
            #expect(info.status == .failed)
            #expect(info.taskMessage.contains("refuses the user or the password"), "\(info.taskMessage)")
            #expect(try await backups(of: "live", at: home).isEmpty)
            #expect(try await server.stop() == 0)
        }
    }

    @Test func aScheduleMakesABackupAndOldOnesGo() async throws {
        try await withHome { home, _ in
            for days in [9, 8] {
                let file = try oldDump(days: days, in: home.scratch)
                #expect(try await home.program.run("depot", "add", "live", file).status == 0)
            }
            let server = try await ServerProcess.start(home.program, port: home.port)
            // Not so late that the hour ends meanwhile.
            var now: Int { Int(Date().timeIntervalSince1970) }
            while now % 3_600 > 3_540 { try await Task.sleep(for: .seconds(1)) }
            let hour = (now / 3_600 + 8) % 24
            func text(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }
            let period = "\(text(hour))-\(text((hour + 1) % 24))"
            let config = try await home.call(V3ModifyAutoBackupConfig(instanceID: "live", timePeriod: period))
            #expect(config.storageDays == 7)
            #expect(try await server.stop() == 0)
            // It looks at once when it starts.
            let next = try await ServerProcess.start(home.program, port: home.port)
            while try await tasks(home) != ["live,done,schedule"] { try await Task.sleep(for: .milliseconds(100)) }
            let left = try await home.backups().filter { $0.instance == "live" }
            #expect(left.count == 1)
            let made = try await backups(of: "live", at: home).first { $0.backupId == left.first?.backup }
            #expect(made?.backupType == CRSBackup.systemType)
            #expect(try await home.backups().contains { $0.instance == "orders-0" }, "of others nothing goes")
            #expect(try await next.stop() == 0)
        }
    }

    /// A whole RDB file that says that it was made so long ago.
    private func oldDump(days: Int, in scratch: Scratch) throws -> String {
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("minimal"))))
        let name = Array("ctime".utf8)
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: name) }) + name.count
        // Behind the name a 32-bit number, little-endian.
        try #require(bytes[at] == 0xC2)
        let seconds = UInt32(Date().timeIntervalSince1970) - UInt32(days) * 86_400
        for byte in 0..<4 { bytes[at + 1 + byte] = UInt8(truncatingIfNeeded: seconds >> (8 * UInt32(byte))) }
        // Zeros for a checksum mean that it has none.
        bytes.replaceSubrange((bytes.count - 8)..., with: [UInt8](repeating: 0, count: 8))
        return try scratch.write("old-\(days).rdb", bytes)
    }

    /// Waits for the end of a task, which must be a good one.
    private func end(ofTask id: Int, at home: ServeHome) async throws {
        while true {
            let answer = try await home.call("DescribeTaskInfo", ["requestId": String(id)])
            let status = try DescribeTaskInfoResponse(decoding: answer).status
            if status != .waiting, status != .running {
                #expect(status == .done)
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func backups(of instance: String, at home: ServeHome) async throws -> [CRSBackup] {
        let answer = try await home.call("GetRedisBackupList", ["redisId": instance, "limit": "20", "offset": "0"])
        return try GetRedisBackupListResponse(decoding: answer).backups
    }

    /// Instance, state and who asked, of each task.
    private func tasks(_ home: ServeHome) async throws -> [String] {
        let sql = "SELECT instance, state, substr(asked_by, 1, instr(asked_by || ':', ':') - 1) FROM task_history"
        let rows = try await home.program.run("sql", sql, "--format", "csv")
        return rows.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }
}
