/// A name pattern where `*` stands for any run of characters and `?` for one; everything else is itself.
public struct Glob: Sendable, Hashable, CustomStringConvertible {
    private let pattern: [Character]

    /// Any text is a pattern.
    public init(_ pattern: String) { self.pattern = Array(pattern) }

    /// The pattern.
    public var description: String { String(pattern) }

    /// Whether the whole of `text` fits.
    ///
    /// Linear in the product of both lengths at worst.
    public func matches(_ text: String) -> Bool {
        let text = Array(text)
        var textIndex = 0
        var patternIndex = 0
        var star: (pattern: Int, text: Int)?
        while textIndex < text.count {
            if patternIndex < pattern.count, pattern[patternIndex] == "*" {
                star = (patternIndex, textIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count,
                pattern[patternIndex] == "?" || pattern[patternIndex] == text[textIndex]
            {
                patternIndex += 1
                textIndex += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                patternIndex = last.pattern + 1
                textIndex = last.text + 1
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == "*" }
    }
}
