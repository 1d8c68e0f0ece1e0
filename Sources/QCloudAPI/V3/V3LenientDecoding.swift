/// Reads members that answers of different years leave out, set to null or send with another type.
extension KeyedDecodingContainer {
    /// A number with a fraction, also one sent as text; nil when missing, null or "".
    func decimal(_ key: Key) throws -> Double? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        // Failures are expected here: each says only that the value has another of the JSON types.
        if let number = try? decode(Double.self, forKey: key) { return number }
        if let text = try? decode(String.self, forKey: key) {
            if text.isEmpty { return nil }
            if let number = Double(text), number.isFinite { return number }
        }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a number")
    }

    /// A flag, also one sent as a number or text; nil when missing, null or "".
    func flag(_ key: Key) throws -> Bool? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        // Failures are expected here, as above.
        if let flag = try? decode(Bool.self, forKey: key) { return flag }
        if let text = try? decode(String.self, forKey: key) {
            switch V3Text.lowercased(text) {
            case "true": return true
            case "false": return false
            default: break
            }
        }
        return try integer(key).map { $0 != 0 }
    }

    /// A list; empty when missing or null.
    func list<Element: Decodable>(_: Element.Type, _ key: Key) throws -> [Element] {
        try decodeIfPresent([Element].self, forKey: key) ?? []
    }
}
