/// What a ``FaultServer`` serves: bytes that are computed from their offset, or given ones.
///
/// Generated content costs no memory, whatever the size: each 8-byte word is a function of the
/// seed and of the word's index.
package struct FaultObject: Sendable {
    private enum Content: Sendable {
        case generated(seed: UInt64)
        case given([UInt8])
    }

    /// The number of bytes.
    package let size: Int64
    /// A strong entity tag, quotes included.
    package let etag: String
    /// When the object was last written, in seconds since 1970.
    package let modified: Int64
    private let content: Content

    /// Pseudo-random bytes, the same for the same seed and size.
    package init(seed: UInt64 = 1, size: Int64) {
        precondition(size >= 0, "An object has no negative size.")
        self.init(content: .generated(seed: seed), size: size, mark: seed)
    }

    /// The bytes of a real file, such as an RDB dump.
    package init(bytes: [UInt8]) {
        let mark = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        self.init(content: .given(bytes), size: Int64(bytes.count), mark: mark)
    }

    private init(content: Content, size: Int64, mark: UInt64) {
        self.content = content
        self.size = size
        let high = Self.mixed(mark)
        let low = Self.mixed(high ^ UInt64(bitPattern: size))
        etag = "\"" + hexDigits(high) + hexDigits(low) + "\""
        modified = 1_760_000_000 + Int64(low % 1_000_000)
    }

    /// Another object in this one's place: other bytes, other validators, this size unless told.
    package func replaced(size: Int64? = nil) -> FaultObject {
        let seed =
            switch content {
            case .generated(let seed): seed
            case .given(let bytes): UInt64(bytes.count)
            }
        return FaultObject(seed: Self.mixed(seed ^ 0x5eed), size: size ?? self.size)
    }

    /// Only the first `size` bytes, as another object.
    package func prefix(_ size: Int64) -> FaultObject {
        FaultObject(content: content, size: size, mark: 0)
    }

    /// The same bytes and `count` more, as another object.
    package func extended(by count: Int64) -> FaultObject {
        switch content {
        case .generated(let seed): FaultObject(seed: seed, size: size + count)
        case .given(let bytes): FaultObject(bytes: bytes + [UInt8](repeating: 0x20, count: Int(count)))
        }
    }

    /// The bytes in `range`, which lies within the object.
    package func bytes(in range: Range<Int64>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "The range lies outside the object.")
        switch content {
        case .given(let bytes):
            return Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        case .generated(let seed):
            return Self.generated(seed: seed, in: range)
        }
    }

    /// Hands over the bytes in order, in pieces of at most 1 MiB: for a digest or a file.
    package func forEachPiece(_ body: ([UInt8]) throws -> Void) rethrows {
        var offset: Int64 = 0
        while offset < size {
            let end = min(size, offset + 1 << 20)
            try body(bytes(in: offset..<end))
            offset = end
        }
    }

    private static func generated(seed: UInt64, in range: Range<Int64>) -> [UInt8] {
        let firstWord = UInt64(range.lowerBound) / 8
        let skipped = Int(range.lowerBound % 8)
        let count = range.count
        let words = (skipped + count + 7) / 8
        let whole = [UInt8](unsafeUninitializedCapacity: words * 8) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for word in 0..<words {
                let value = mixed(seed &+ (firstWord &+ UInt64(word)) &* 0x9e37_79b9_7f4a_7c15)
                raw.storeBytes(of: value.littleEndian, toByteOffset: word * 8, as: UInt64.self)
            }
            initialized = words * 8
        }
        return skipped == 0 && whole.count == count ? whole : Array(whole[skipped..<skipped + count])
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014).
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Sixteen lowercase hexadecimal digits.
func hexDigits(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
