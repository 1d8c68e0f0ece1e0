import Foundation
import TestProcesses
import Testing
import WherryEngine
import WherryTestSupport

/// `wherry daemon` as systemd would run it.
@Suite(.timeLimit(.minutes(3)))
struct DaemonTests {
    /// A provider with three backups, and a home whose job has that schedule.
    private func with(
        _ schedule: String,
        more: String = "",
        daemon: String = "",
        delay: Duration = .zero,
        _ body: @escaping @Sendable (Scratch, Provider) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            if delay > .zero { settings.beforeDownload = { _ in try await Task.sleep(for: delay) } }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 3, shards: 0)
                try scratch.writeConfig(for: provider, sinks: "disk")
                try scratch.schedule(schedule, more: more, daemon: daemon)
                try await body(scratch, provider)
            }
        }
    }

    /// Makes the job's times up to an hour ago the last that were served.
    private func missAnHour(_ home: Scratch) async throws {
        let set = "UPDATE job_schedule SET covered_until = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour')"
        #expect(try await Program.run("/usr/bin/sqlite3", ["catalog.db", set], folder: home.path).status == 0)
    }

    @Test func runsWhatIsDueAndTellsOfIt() async throws {
        try await with("every 1d", daemon: "daemon:\n  metrics_file: wherry.prom\n") { home, provider in
            let daemon = try DaemonProcess(in: home, ["--now", "--log-level", "trace"])
            try await daemon.says("] run ended")
            try await daemon.until {
                FileManager.default.contents(atPath: home.file("wherry.prom")).map {
                    String(decoding: $0, as: UTF8.self).contains("wherry_runs_total{state=\"succeeded\"} 1")
                } ?? false
            }
            #expect(home.digests(below: "backups") == home.digests(below: "provider/depot"))
            #expect(try home.ask("SELECT asked_by FROM run_history") == "schedule")
            #expect(try home.ask("SELECT state || last_state || attempts FROM job_schedules") == "waitingsucceeded0")
            let status = try await Program(folder: home.path).run("status")
            #expect(status.output.contains("nightly  every 1d  waiting"))
            let metrics = try await Program(folder: home.path).run("metrics")
            #expect(metrics.output.contains("wherry_deliveries{sink=\"disk\",state=\"delivered\"} 3\n"))
            #expect(metrics.output.contains("wherry_job_failures{job=\"nightly\"} 0\n"))
            #expect(try await daemon.stop() == 0)
            let shown = daemon.log + status.all + metrics.all
            for secret in try provider.catalog.tokens() + [Provider.secretKey] { #expect(!shown.contains(secret)) }
        }
    }

    /// What else no peer does: copies are loaded by a real server again and again.
    @Test func theNewestCopiesAreProven() async throws {
        try await with("every 1d", daemon: "daemon:\n  prove: weekly\n") { home, _ in
            #expect(try await Program(folder: home.path).run("run").status == 0)
            let daemon = try DaemonProcess(in: home, ["--now"])
            try await daemon.until {
                try home.ask("SELECT last_succeeded_at FROM job_schedules WHERE job = 'daemon:prove'") != ""
            }
            #expect(daemon.log.contains("] copy is proven"))
            #expect(try home.ask("SELECT count(*) FROM restore_proofs WHERE outcome = 'proven'") == "1")
            #expect(try home.ask("SELECT DISTINCT proven_by FROM restore_proofs") == "schedule")
            #expect(try home.ask("SELECT count(*) FROM coverage WHERE newest_proven = newest_copy") == "1")
            // One that is damaged is found the next time.
            let file = try home.ask("SELECT location FROM delivery_history WHERE proven_at IS NOT NULL")
            var bytes = Array(try #require(FileManager.default.contents(atPath: file)))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            #expect(try await daemon.stop() == 0)
            let again = try DaemonProcess(in: home, ["--now"], log: "again.log")
            try await again.says("] copy is not proven")
            try await again.until {
                try home.ask("SELECT failures FROM job_schedules WHERE job = 'daemon:prove'") == "1"
            }
            let status = try await Program(folder: home.path).run("status", "--check")
            #expect(status.status == 3)
            #expect(status.output.hasPrefix("wrong: The job daemon:prove failed once"))
            #expect(try await again.stop() == 0)
        }
    }

    @Test func oneDaemonACatalog() async throws {
        try await with("daily") { home, _ in
            let daemon = try DaemonProcess(in: home)
            try await daemon.says("keeping schedules")
            let second = try await Program(folder: home.path).run("daemon")
            #expect(second.status == 73)
            #expect(second.error.contains("Another daemon keeps the schedules"))
            // Runs by hand go on meanwhile.
            #expect(try await Program(folder: home.path).run("run").status == 0)
            #expect(try await daemon.stop() == 0)
        }
    }

    @Test func withoutAScheduleThereIsNothingToDo() async throws {
        try await with("daily") { home, provider in
            try home.writeConfig(for: provider)
            let outcome = try await Program(folder: home.path).run("daemon")
            #expect(outcome.status == 78)
            #expect(outcome.error.contains("No job of the configuration has a schedule."))
        }
    }

    @Test(arguments: [true, false])
    func whatWasMissedIsMadeUpFor(catchesUp: Bool) async throws {
        try await with("every 30m", more: "catch_up: \(catchesUp)") { home, _ in
            let first = try DaemonProcess(in: home)
            try await first.says("keeping schedules")
            #expect(try await first.stop() == 0)
            try await missAnHour(home)
            let second = try DaemonProcess(in: home)
            try await second.says(catchesUp ? "] run ended" : "keeping schedules")
            #expect(try await second.stop() == 0)
            #expect(try home.ask("SELECT count(*) FROM run") == (catchesUp ? "1" : "0"))
            #expect(try home.ask("SELECT next_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now') FROM job_schedules") == "1")
        }
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func aRunThatIsStoppedGoesOn(signal: Int32) async throws {
        try await with("every 1d", more: "catch_up: false", delay: .seconds(2)) { home, _ in
            let first = try DaemonProcess(in: home, ["--now"])
            try await first.until { try home.ask("SELECT count(*) FROM run WHERE state = 'running'") == "1" }
            first.signal(signal)
            #expect(try await first.ended() == (signal == SIGTERM ? 0 : 128 + SIGKILL))
            #expect(
                try home.ask("SELECT state FROM job_schedule") == (signal == SIGTERM ? "retrying" : "running"),
                "\(first.log)"
            )
            // Nobody keeps the schedule: its next time passes.
            let past = "UPDATE job_schedule SET next_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')"
            #expect(try await Program.run("/usr/bin/sqlite3", ["catalog.db", past], folder: home.path).status == 0)
            let dead = try await Program(folder: home.path).run("status", "--check")
            #expect(dead.status == 3)
            #expect(dead.output.contains(signal == SIGTERM ? "is late by" : "has run past its next time by"))
            let second = try DaemonProcess(in: home, log: "second.log")
            try await second.says("] run ended")
            #expect(try await second.stop() == 0)
            #expect(home.digests(below: "backups") == home.digests(below: "provider/depot"))
            let states = "SELECT group_concat(state, ' ') FROM (SELECT state FROM run ORDER BY id)"
            #expect(try home.ask(states) == (signal == SIGTERM ? "cancelled succeeded" : "interrupted succeeded"))
        }
    }

    @Test func aFailedRunIsTriedAgain() async throws {
        try await with("every 1d") { home, _ in
            let config = String(
                decoding: FileManager.default.contents(atPath: home.file("wherry.yaml")) ?? Data(),
                as: UTF8.self
            )
            let wrong = config.replacing(
                "region: ap-guangzhou",
                with: "region: ap-guangzhou\n      signature: HmacSHA1"
            )
            try home.write("secrets/key", Array("wrong".utf8))
            try home.write("wherry.yaml", Array(wrong.utf8))
            let daemon = try DaemonProcess(in: home, ["--now"])
            try await daemon.says("] run ended")
            try await daemon.until { try home.ask("SELECT state FROM job_schedule") == "retrying" }
            let status = try await Program(folder: home.path).run("status", "--check")
            #expect(status.status == 3)
            #expect(status.output.hasPrefix("wrong: The job nightly failed"))
            #expect(
                try home.ask("SELECT unixepoch(next_at) - unixepoch('now') BETWEEN 30 AND 60 FROM job_schedules") == "1"
            )
            #expect(try await daemon.stop() == 0)
        }
    }

    @Test func somebodyElsesRunIsWaitedFor() async throws {
        try await with("every 1d") { home, _ in
            let other = try RunLock(catalog: home.file("catalog.db"))
            let daemon = try DaemonProcess(in: home, ["--now"])
            try await daemon.until { try home.ask("SELECT state FROM job_schedule") == "retrying" }
            #expect(try home.ask("SELECT attempts FROM job_schedule") == "0")
            #expect(try home.ask("SELECT count(*) FROM run") == "0")
            // One that waits for ever is late, and says why.
            let past = "UPDATE job_schedule SET next_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour')"
            #expect(try await Program.run("/usr/bin/sqlite3", ["catalog.db", past], folder: home.path).status == 0)
            let status = try await Program(folder: home.path).run("status", "--check")
            #expect(status.status == 3)
            #expect(status.output.contains("The job nightly is late by 1h"))
            #expect(daemon.log.contains("job waits: another run is at work"))
            #expect(!daemon.log.contains("job starts"))
            withExtendedLifetime(other) {}
            #expect(try await daemon.stop() == 0)
        }
    }

    @Test func theConfigurationIsReadAnew() async throws {
        try await with("every 1d") { home, _ in
            let daemon = try DaemonProcess(in: home)
            try await daemon.says("keeping schedules")
            try home.schedule("never at all")
            daemon.signal(SIGHUP)
            try await daemon.says("the old configuration stays")
            #expect(daemon.log.contains("schedule is \"never at all\""))
            #expect(try home.ask("SELECT schedule FROM job_schedules") == "every 1d")
            try home.schedule("30 2 * * *", daemon: "daemon:\n  time_zone: Asia/Kathmandu\n")
            daemon.signal(SIGHUP)
            try await daemon.says("the configuration was read anew")
            #expect(
                try home.ask("SELECT schedule || ' ' || substr(next_at, 12) FROM job_schedules")
                    == "30 2 * * * 20:45:00Z"
            )
            #expect(try await daemon.stop() == 0)
        }
    }

    @Test func systemdIsTold() async throws {
        try await with("every 1d") { home, _ in
            let socket = try DatagramSocket(path: home.file("notify"))
            let daemon = try DaemonProcess(in: home, ["--now"], notifying: socket.path)
            var told: [String] = []
            func hears(_ start: String) async throws {
                try await daemon.until {
                    told += socket.received()
                    return told.contains { $0.hasPrefix(start) }
                }
            }
            try await hears("READY=1\nSTATUS=")
            try await hears("STATUS=running nightly")
            try await hears("STATUS=next is nightly at ")
            daemon.signal(SIGHUP)
            try await hears("RELOADING=1\nMONOTONIC_USEC=")
            try await hears("READY=1\nSTATUS=next is nightly at ")
            try await daemon.until {
                told += socket.received()
                return told.count { $0 == "WATCHDOG=1" } >= 3
            }
            #expect(try await daemon.stop() == 0)
            told += socket.received()
            #expect(told.contains("STOPPING=1\nSTATUS=stopping"))
        }
    }
}

/// Takes datagrams, as systemd does.
final class DatagramSocket: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        try #require(descriptor >= 0 && bytes.count < MemoryLayout.size(ofValue: name.sun_path))
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let status = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// All that came, oldest first.
    func received() -> [String] {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
