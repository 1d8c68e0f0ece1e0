/// A gzip stream of stored blocks (RFC 1951, section 3.2.4; RFC 1952): real, and without a compressor.
enum FaultGzip {
    private static let blockSize: Int64 = 32 << 10
    private static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

    /// The stream as steps of an answer.
    static func steps(of object: FaultObject) -> [FaultAnswer.Step] {
        var steps: [FaultAnswer.Step] = [.raw(header)]
        for start in stride(from: 0, to: object.size, by: Int(blockSize)) {
            let end = min(object.size, start + blockSize)
            let length = UInt16(end - start)
            steps.append(.raw([end == object.size ? 1 : 0] + littleEndian(length) + littleEndian(~length)))
            steps.append(.slice(FaultSlice(object, start..<end)))
        }
        return steps + [.gzipTrailer(object)]
    }

    /// The length of the stream.
    static func size(of object: FaultObject) -> Int64 {
        let blocks = (object.size + blockSize - 1) / blockSize
        return Int64(header.count) + blocks * 5 + object.size + 8
    }

    /// The checksum and the size which end the stream.
    static func trailer(of object: FaultObject) -> [UInt8] {
        var sum = UInt32.max
        object.forEachPiece { piece in
            for byte in piece { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
        }
        return littleEndian(~sum) + littleEndian(UInt32(truncatingIfNeeded: object.size))
    }

    /// CRC-32, reflected polynomial 0xEDB88320.
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
