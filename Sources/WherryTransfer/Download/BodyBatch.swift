import NIOCore

/// Bytes of one body on their way to one write.
struct BodyBatch: Sendable {
    /// The place of the first byte in the file.
    private(set) var position: Int64
    private(set) var buffers: [ByteBuffer] = []
    /// How many bytes there are.
    private(set) var count = 0
    /// Whether the server sent bytes past the end.
    private(set) var isOverlong = false
    private let limit: Int
    private var began = ContinuousClock.now

    init(position: Int64, limit: Int) {
        self.position = position
        self.limit = limit
    }

    /// Takes bytes, but none from `end` on.
    ///
    /// - Returns: whether the end is reached.
    mutating func add(_ buffer: ByteBuffer, end: Int64) -> Bool {
        var buffer = buffer
        let left = max(0, end - position - Int64(count))
        if Int64(buffer.readableBytes) > left {
            isOverlong = true
            buffer.moveWriterIndex(to: buffer.readerIndex + Int(left))
        }
        if buffers.isEmpty { began = .now }
        count += buffer.readableBytes
        // Small pieces are put together: each would keep all of the memory that it was read into.
        if buffer.readableBytes < 64 << 10, buffer.storageCapacity > 2 * buffer.readableBytes {
            if buffers.isEmpty || !isCollecting {
                var room = ByteBuffer()
                room.reserveCapacity(Int(min(left, Int64(min(limit, 256 << 10)))))
                buffers.append(room)
                isCollecting = true
            }
            buffers[buffers.count - 1].writeImmutableBuffer(buffer)
        } else {
            buffers.append(buffer)
            isCollecting = false
        }
        return position + Int64(count) >= end
    }

    private var isCollecting = false

    /// Whether there is enough for a write.
    var isDue: Bool { count >= limit }

    /// Whether the oldest byte has waited for long.
    var isOld: Bool { count > 0 && ContinuousClock.now - began > PendingBody.patience }

    /// Takes the bytes out; the next ones follow them.
    ///
    /// - Returns: nil when there are none.
    mutating func taken() -> BodyBatch? {
        guard count > 0 else { return nil }
        let full = self
        position += Int64(count)
        buffers = []
        count = 0
        isCollecting = false
        return full
    }
}
