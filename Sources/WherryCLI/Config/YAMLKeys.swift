/// A text in which keys that come twice have been told apart, and the names that they had.
struct YAMLKeys {
    /// The text, as long as the original.
    private(set) var text: String
    private var originals: [Unicode.Scalar: Unicode.Scalar] = [:]
    private var next: UInt32 = 0xE000

    /// Starts with the text as it is.
    init(_ text: String) { self.text = text }

    /// Puts a unique character of Unicode's private use area in place of the first one of the key there.
    ///
    /// - Returns: whether it could: the key must be there, not behind an alias, and the characters not used up.
    mutating func rename(at position: ConfigPosition) -> Bool {
        var scalars = text.unicodeScalars
        guard var index = Self.index(of: position, in: scalars) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        guard index < scalars.endIndex, scalars[index].properties.isAlphabetic || scalars[index] == "_" else {
            return false
        }
        while let marker = Unicode.Scalar(next), next < 0xE100 {
            next += 1
            if scalars.contains(marker) { continue }
            originals[marker] = scalars[index]
            scalars.replaceSubrange(index...index, with: [marker])
            text = String(scalars)
            return true
        }
        return false
    }

    /// The name that a key had.
    func name(_ key: String) -> String {
        guard let marker = key.unicodeScalars.first, let original = originals[marker] else { return key }
        return String(original) + String(key.unicodeScalars.dropFirst())
    }

    private static func index(of position: ConfigPosition, in scalars: String.UnicodeScalarView) -> String.Index? {
        var index = scalars.startIndex
        var line = 1
        while line < position.line {
            guard let end = scalars[index...].firstIndex(where: { $0 == "\n" || $0 == "\r" }) else { return nil }
            index = scalars.index(after: end)
            if scalars[end] == "\r", index < scalars.endIndex, scalars[index] == "\n" {
                index = scalars.index(after: index)
            }
            line += 1
        }
        return scalars.index(index, offsetBy: position.column - 1, limitedBy: scalars.endIndex)
            .flatMap { $0 < scalars.endIndex ? $0 : nil }
    }
}
