import Subprocess
import SystemPackage
import WherryCore
import WherryPluginKit

/// Real RDB files for the demo: taken live from a `redis-server` of its own, or the built-in ones that such a server made.
struct DemoSnapshots: Sendable {
    /// Three backups of a standalone instance, oldest first.
    var orders: [String]
    /// One backup of a cluster with three shards.
    var sessions: [String]
    /// Where they come from, for people.
    var origin: String

    /// Makes them in the home's folder `snapshots`.
    static func make(in home: DemoHome, live: Bool) async throws -> DemoSnapshots {
        let folder = home.path + "/snapshots"
        let names = (1...3).map { "\(folder)/orders-\($0).rdb" }
        let shards = (0...2).map { "\(folder)/sessions-shard-\($0).rdb" }
        if live, let version = try? await DemoRedis(folder: folder).dump(orders: names, sessions: shards) {
            return DemoSnapshots(
                orders: names,
                sessions: shards,
                origin: "Snapshots taken live from a redis-server \(version) started for this demo."
            )
        }
        let builtin: [[UInt8]] = [
            PackageResources.orders_1_rdb, PackageResources.orders_2_rdb, PackageResources.orders_3_rdb,
            PackageResources.sessions_shard_0_rdb, PackageResources.sessions_shard_1_rdb,
            PackageResources.sessions_shard_2_rdb,
        ]
        for (bytes, path) in zip(builtin, names + shards) { try AtomicFile.write(bytes, to: path) }
        return DemoSnapshots(
            orders: names,
            sessions: shards,
            origin: "Built-in snapshots that redis-server 7.0.15 made (install redis-server for live ones)."
        )
    }
}

/// A `redis-server` on a unix socket, for a moment.
private struct DemoRedis {
    let folder: String

    private var socket: String { folder + "/redis.sock" }

    /// Fills it and takes the dumps.
    ///
    /// - Returns: the server's version.
    /// - Throws: whatever keeps it from working: no such program, a socket path that is too long, …
    func dump(orders: [String], sessions: [String]) async throws -> String {
        let arguments: [String] = [
            "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder, "--daemonize",
            "no",
            "--repl-diskless-sync-delay", "0",
        ]
        let result = try await Subprocess.run(
            .name("redis-server"),
            arguments: Arguments(arguments),
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            do {
                let version = try await take(orders, sessions)
                try execution.send(signal: .terminate)
                return version
            } catch {
                try execution.send(signal: .terminate)
                throw error
            }
        }
        return result.closureResult
    }

    private func take(_ orders: [String], _ sessions: [String]) async throws -> String {
        var tries = 0
        while try await command("PING") != "PONG" {
            tries += 1
            guard tries < 100 else { throw Failure(.transient, code: "demo.redis", "redis-server does not answer.") }
            try await Task.sleep(for: .milliseconds(20))
        }
        for (number, path) in orders.enumerated() {
            _ = try await command("EVAL", Self.ordersLua, "0", String(number * 400), String((number + 1) * 400))
            try await save(to: path)
        }
        for (shard, path) in sessions.enumerated() {
            _ = try await command("FLUSHALL")
            _ = try await command("EVAL", Self.sessionsLua, "0", String(shard))
            try await save(to: path)
        }
        let info = try await command("INFO", "server")
        return info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
            .map { String($0.dropFirst(14)) } ?? "?"
    }

    private func save(to path: String) async throws {
        let answer = try await client(["--rdb", path])
        guard answer.terminationStatus.isSuccess else {
            throw Failure(.transient, code: "demo.redis", "redis-cli could not take a dump.")
        }
    }

    private func command(_ words: String...) async throws -> String {
        let answer = try await client(words)
        return answer.standardOutput.trimmingPrefix { $0.isWhitespace }.description
            .split(whereSeparator: \.isNewline).joined(separator: "\n")
    }

    private func client(
        _ arguments: [String]
    ) async throws -> ExecutionResult<Void, StringOutput<UTF8>, DiscardedOutput> {
        try await Subprocess.run(
            .name("redis-cli"),
            arguments: Arguments(["-s", socket] + arguments),
            output: .string(limit: 1 << 20),
            error: .discarded
        )
    }

    private static let ordersLua = """
        for i = ARGV[1] + 1, ARGV[2] + 0 do
            redis.call('HSET', 'order:' .. i, 'customer', 'c' .. (i * 7919 % 97), 'cents', i * 31 % 9001)
            redis.call('ZADD', 'orders:by-value', i * 31 % 9001, i)
            redis.call('RPUSH', 'orders:queue', i)
        end
        """

    private static let sessionsLua = """
        for i = 1, 900 do
            if i % 3 == ARGV[1] + 0 then redis.call('SET', 'session:' .. i, 'user-' .. (i * 104729 % 10007), 'EX', 86400) end
        end
        """
}
