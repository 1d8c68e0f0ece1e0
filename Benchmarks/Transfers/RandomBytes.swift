import Foundation

/// Bytes that do not compress, the same for the same seed (SplitMix64).
struct RandomBytes: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    /// Fills a buffer, the last few bytes too.
    mutating func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var offset = 0
        while offset + 8 <= buffer.count {
            buffer.storeBytes(of: next(), toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < buffer.count {
            buffer[offset] = UInt8(truncatingIfNeeded: next())
            offset += 1
        }
    }

    /// Makes a file of so many bytes.
    ///
    /// It begins with a zero: wherry takes a small file that begins with `<` or `{` for an error page and refuses it.
    func write(_ count: Int, to path: String) throws {
        var generator = self
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0 else { throw TrialError(call: path) }
        defer { close(file) }
        try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 4096) { buffer in
            var rest = count
            var isFirst = true
            while rest > 0 {
                try Interruption.check()
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(rest, buffer.count)])
                generator.fill(piece)
                if isFirst { piece[0] = 0 }
                isFirst = false
                guard Glibc.write(file, piece.baseAddress, piece.count) == piece.count else {
                    throw TrialError(call: "write to \(path)")
                }
                rest -= piece.count
            }
        }
    }
}
