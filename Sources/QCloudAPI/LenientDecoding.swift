/// Reads numbers that are sent as texts and the reverse: samples of API 2.0 have both (page 260/1384).
extension KeyedDecodingContainer {
    /// An integer, also one sent as text or as a number with a fraction; nil when missing, null or "".
    func integer(_ key: Key) throws -> Int? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        // Failures are expected here: each says only that the value has another of the JSON types.
        if let number = try? decode(Int.self, forKey: key) { return number }
        if let text = try? decode(String.self, forKey: key) {
            if text.isEmpty { return nil }
            if let number = StrictNumber.signed(text.utf8) { return number }
            if let number = Double(text).flatMap(Self.whole) { return number }
        } else if let number = (try? decode(Double.self, forKey: key)).flatMap(Self.whole) {
            return number
        } else if let flag = try? decode(Bool.self, forKey: key) {
            return flag ? 1 : 0
        }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not an integer")
    }

    /// A text, also one sent as a number or flag; nil when missing or null.
    func text(_ key: Key) throws -> String? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        // Failures are expected here: each says only that the value has another of the JSON types.
        if let text = try? decode(String.self, forKey: key) { return text }
        if let number = try? decode(Int.self, forKey: key) { return String(number) }
        if let number = try? decode(Double.self, forKey: key) { return String(number) }
        if let flag = try? decode(Bool.self, forKey: key) { return String(flag) }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a text")
    }

    /// A text that must be there and not be empty.
    func identifier(_ key: Key) throws -> String {
        guard let text = try text(key), !text.isEmpty else { throw missing(key) }
        return text
    }

    /// The error for a missing member.
    func missing(_ key: Key) -> DecodingError {
        .keyNotFound(key, .init(codingPath: codingPath, debugDescription: "missing"))
    }

    private static func whole(_ number: Double) -> Int? {
        Int(exactly: number.rounded(.towardZero))
    }
}
