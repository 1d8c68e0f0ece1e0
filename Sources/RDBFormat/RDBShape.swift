/// The layout of a record as a person would write it down; ``RDBGrammar`` makes instructions of it.
///
/// Sources: `rdb.c` of Redis 7.4 and Valkey 9.0; for format versions 13 and 14 redis/librdb, its pull
/// requests 93 and 101, and `keymeta.c` of Redis 8.6.
indirect enum RDBShape {
    case string
    case length
    /// A length: the number of the database of the keys that follow.
    case database
    case bytes(UInt8)
    case blob(RDBBlob)
    /// A length, once the shapes of `after`, then so many times the shapes.
    case each([RDBShape], after: [RDBShape] = [])
    /// A length; the shapes only when it is not 0.
    case optional([RDBShape])
    /// A number as text behind its length, or one byte for an infinity or not-a-number.
    case score
    /// A length that tells a plain string, 1, from a listpack, 2.
    case listNode
    /// A length that says how the element of an array is stored.
    case arrayElement
    /// Fields of a module with their kinds, up to kind 0.
    case moduleFields
}

extension RDBShape {
    var isString: Bool {
        if case .string = self { true } else { false }
    }

    static let pairs: [RDBShape] = [.each([.string, .string])]

    /// A hash whose fields may expire: the time is relative to a minimum, which stood in front since 7.4.0.
    static let expiringPairs: [RDBShape] = [.each([.length, .string, .string])]

    /// A sparse array: between count and elements, where the next insertion goes, if there was one.
    static let array: [RDBShape] = [.each([.length, .arrayElement], after: [.optional([.length])])]

    /// A stream in one of its five revisions.
    static func stream(_ revision: Int) -> [RDBShape] {
        let id: [RDBShape] = [.length, .length]
        // First id, highest deleted id, entries ever added.
        let history = revision >= 2 ? id + id + [.length] : []
        let entriesRead: [RDBShape] = revision >= 2 ? [.length] : []
        let activeTime: [RDBShape] = revision >= 3 ? [.bytes(8)] : []
        let rejected: [RDBShape] = revision >= 5 ? [.each([.bytes(16)])] : []
        let consumers: [RDBShape] = [.each([.string, .bytes(8)] + activeTime + [.each([.bytes(16)])])]
        let pending: [RDBShape] = [.each([.bytes(24), .length])]
        let groups: [RDBShape] = [.each([.string] + id + entriesRead + pending + consumers + rejected)]
        let producers: [RDBShape] = [.each([.string, .each([.string] + id)])]
        let idempotence = revision >= 4 ? [.length, .length] + producers + [.length, .length] : []
        return [.each([.blob(.streamID), .blob(.listpack)]), .length] + id + history + groups + idempotence
    }
}
