import Foundation

/// A dump by a real redis-server: every type, small and large encodings, values that do not compress.
struct RedisDump {
    let bench: Bench

    /// Fills a server with about so many bytes, has it save, and hands the dump to the web server.
    ///
    /// - Returns: the dump's size.
    func publish(_ name: String, bytes: Int) throws -> Int {
        let folder = "\(bench.folder)/redis"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try Socket.freePort()
        let arguments = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no",
            "--rdbcompression", "no", "--dbfilename", "dump.rdb",
        ]
        let server = try Child(Programs.redisServer, arguments, log: "\(bench.folder)/redis.log", home: folder)
        defer { server.end() }
        try Socket.awaitListener(port)
        var client = try RedisClient(port: port)
        defer { client.close() }
        try fill(&client, bytes)
        try client.save()
        guard rename("\(folder)/dump.rdb", "\(bench.site)/\(name)") == 0 else { throw TrialError(call: "rename") }
        chmod("\(bench.site)/\(name)", 0o644)
        var status = stat()
        guard stat("\(bench.site)/\(name)", &status) == 0 else { throw TrialError(call: "stat") }
        return status.st_size
    }

    private func fill(_ client: inout RedisClient, _ bytes: Int) throws {
        var random = RandomBytes(seed: 5)
        var number = 0
        while client.valueBytes < bytes {
            try Interruption.check()
            number += 1
            let key = "key:\(number)"
            let few = Int(random.next() % 30) + 2
            switch number % 10 {
            case 0: try client.send(["SET", key], values: 1, of: 64 << 10)
            case 1: try client.send(["SET", key, "EX", "86400"], values: 1, of: 100, at: 2)
            case 2: try client.send(["SET", key, "\(random.next() >> 34)"])
            case 3: try client.send(["HSET", key], values: few * 2, of: 24)
            case 4: try client.send(["HSET", key], values: 400, of: 100)
            case 5: try client.send(["RPUSH", key], values: 200, of: 120)
            case 6: try client.send(["SADD", key], values: 300, of: 40)
            case 7: try client.send(["SADD", key] + (0..<few).map { _ in "\(random.next() >> 40)" })
            case 8:
                let members = (0..<few * 8).flatMap { ["\(Double(random.next() >> 20) / 1e4)", "member:\($0)"] }
                try client.send(["ZADD", key] + members)
            default: for _ in 0..<few { try client.send(["XADD", key, "*", "field"], values: 1, of: 80) }
            }
        }
    }
}
