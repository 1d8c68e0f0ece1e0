import Subprocess

/// Data of every type, and somebody who keeps changing it.
enum LiveData {
    /// So many keys, and some of every type in several encodings.
    static func fill(_ server: LiveRedis, strings: Int) async throws {
        try await server.send(lines: [
            "DEBUG POPULATE \(strings) string 24",
            "EVAL \"for i = 1, 400 do redis.call('RPUSH', 'list:' .. i % 20, 'entry ' .. i, i) end\" 0",
            "EVAL \"for i = 1, 400 do redis.call('SADD', 'set:' .. i % 20, i, 'member ' .. i) end\" 0",
            "EVAL \"for i = 1, 900 do redis.call('SADD', 'integers', i) end\" 0",
            "EVAL \"for i = 1, 400 do redis.call('ZADD', 'zset:' .. i % 3, i / 7, 'member ' .. i) end\" 0",
            "EVAL \"for i = 1, 400 do redis.call('HSET', 'hash:' .. i % 3, 'field ' .. i, i) end\" 0",
            "EVAL \"for i = 1, 300 do redis.call('XADD', 'stream', i .. '-0', 'f', i) end\" 0",
            "XGROUP CREATE stream readers 0", "XREADGROUP GROUP readers one COUNT 90 STREAMS stream >",
            "EVAL \"redis.call('SET', 'long', string.rep('0123456789', 100000))\" 0",
            "SETBIT bits 100000 1", "PFADD loglog a b c", "GEOADD places 13.36 38.11 Palermo",
            "SET expiring v EX 1000000",
            "FUNCTION LOAD \"#!lua name=one\\nredis.register_function('f', function() end)\"",
            "SELECT 7", "SET elsewhere 1", "RPUSH queue a b c",
        ])
    }

    /// Runs `body` while four clients move amounts between accounts; all accounts always add up to 0.
    static func withLoad<Value: Sendable>(
        on server: LiveRedis,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                let arguments = ["-s", server.socket, "-c", "4", "-P", "4", "-n", "2000000000", "-r", "500", "-q"]
                _ = try await Subprocess.run(
                    .name("redis-benchmark"),
                    arguments: Arguments(arguments + ["EVAL", transfer, "0", "__rand_int__", "__rand_int__"]),
                    output: .discarded,
                    error: .discarded
                )
                return nil
            }
            group.addTask {
                while try await server.send("EXISTS", "moves") == "0" { try await Task.sleep(for: .milliseconds(5)) }
                return try await body()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw LiveRedis.Trouble(message: "no load") }
            return value
        }
    }

    /// The sum of all accounts.
    static func balance(_ server: LiveRedis) async throws -> String { try await server.send("EVAL", sum, "0") }

    private static let transfer = """
        redis.call('DECRBY', 'account:' .. ARGV[1], 7)
        redis.call('INCRBY', 'account:' .. ARGV[2], 7)
        redis.call('HSET', 'hash:1', ARGV[1], ARGV[2])
        redis.call('XADD', 'stream', '*', 'a', ARGV[1])
        redis.call('INCR', 'moves')
        """

    private static let sum = """
        local sum = 0
        for _, key in ipairs(redis.call('KEYS', 'account:*')) do sum = sum + redis.call('GET', key) end
        return sum
        """
}
