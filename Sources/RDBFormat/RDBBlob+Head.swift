/// What a packed value says of itself in its first bytes; numbers in it are little-endian.
extension RDBBlob {
    /// The bytes in front that are looked at.
    var headByteCount: Int {
        switch self {
        case .ziplist: 8
        case .listpack: 4
        case .intset: 8
        case .zipmap, .streamID: 0
        }
    }

    /// The length of an empty one.
    var shortest: UInt64 {
        switch self {
        case .ziplist: 11
        case .listpack: 7
        case .intset: 8
        case .zipmap: 2
        case .streamID: 16
        }
    }

    /// Whether the last byte is 0xff.
    var hasTerminator: Bool {
        switch self {
        case .ziplist, .listpack, .zipmap: true
        case .intset, .streamID: false
        }
    }

    /// Whether the `headByteCount` bytes at `head` fit a blob of `length` bytes.
    func accepts(head: UnsafeRawPointer, length: UInt64) -> Bool {
        switch self {
        case .ziplist:
            let last = UInt64(word(head, 4))
            return UInt64(word(head, 0)) == length && last >= 10 && last < length
        case .listpack:
            return UInt64(word(head, 0)) == length
        case .intset:
            let width = word(head, 0)
            return (width == 2 || width == 4 || width == 8) && 8 + UInt64(word(head, 4)) * UInt64(width) == length
        case .zipmap:
            return true
        case .streamID:
            return length == 16
        }
    }

    private func word(_ head: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(littleEndian: head.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
