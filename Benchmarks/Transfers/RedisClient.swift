import Foundation

/// Writes commands to a redis-server without waiting for replies.
struct RedisClient {
    /// How many bytes of values were sent.
    private(set) var valueBytes = 0

    private let socket: Int32
    private var random = RandomBytes(seed: 6)
    private var pending: [UInt8] = []

    /// Connects, and turns replies off.
    init(port: UInt16) throws {
        socket = try Socket.connect(port)
        try send(["CLIENT", "REPLY", "OFF"])
    }

    func close() { Glibc.close(socket) }

    /// Sends a command.
    ///
    /// - Parameters:
    ///   - values: how many random values of `size` bytes go into it, after the first `position` words or the last.
    mutating func send(_ words: [String], values: Int = 0, of size: Int = 0, at position: Int? = nil) throws {
        pending += "*\(words.count + values)\r\n".utf8
        let position = position ?? words.count
        for (index, word) in words.enumerated() {
            if index == position { add(values, of: size) }
            pending += "$\(word.utf8.count)\r\n\(word)\r\n".utf8
        }
        if position == words.count { add(values, of: size) }
        if pending.count > 1 << 20 { try flush() }
    }

    /// Has the server write its dump, and waits for it.
    mutating func save() throws {
        try send(["CLIENT", "REPLY", "ON"])
        try send(["SAVE"])
        try flush()
        // One +OK for each.
        var reply: [UInt8] = []
        while reply.count(where: { $0 == UInt8(ascii: "\n") }) < 2 {
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { throw TrialError(call: "redis-server") }
            reply += buffer[..<count]
        }
        let text = String(decoding: reply, as: UTF8.self)
        guard text == "+OK\r\n+OK\r\n" else { throw TrialError("redis-server answers \(text).") }
    }

    private mutating func add(_ values: Int, of size: Int) {
        let head = Array("$\(size)\r\n".utf8)
        for _ in 0..<values {
            pending += head
            let start = pending.count
            pending += repeatElement(0, count: size)
            pending.withUnsafeMutableBytes { bytes in
                random.fill(UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
            }
            pending += [13, 10]
        }
        valueBytes += values * size
    }

    private mutating func flush() throws {
        var sent = 0
        while sent < pending.count {
            let count = pending.withUnsafeBytes { bytes in
                Glibc.send(socket, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TrialError(call: "send to redis-server") }
            sent += count
        }
        pending.removeAll(keepingCapacity: true)
    }
}
