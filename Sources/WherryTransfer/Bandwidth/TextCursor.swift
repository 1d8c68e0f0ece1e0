/// A place in a text that is read from its start, one small piece after another.
struct TextCursor: CustomStringConvertible {
    /// How many characters were read.
    var position = 0
    private let text: [Character]

    /// At the start of a text.
    init(_ text: String) { self.text = Array(text) }

    /// The whole text.
    var description: String { String(text) }

    /// Whether all was read.
    var isAtEnd: Bool { position == text.count }

    /// The character that comes next.
    var next: Character? { isAtEnd ? nil : text[position] }

    /// The letters that come next; empty when something else does.
    var letters: String { String(text[position...].prefix { $0.isASCII && $0.isLetter }) }

    /// What comes next, as an error names it.
    var found: String {
        guard let next else { return "the end" }
        let word = String(text[position...].prefix { !" ,=".contains($0) }.prefix(20))
        return "\"\(word.isEmpty ? String(next) : word)\""
    }

    /// Whether one of these characters is anywhere in the text.
    func contains(anyOf characters: String) -> Bool { text.contains { characters.contains($0) } }

    /// Reads so many characters and the spaces after them.
    mutating func advance(_ count: Int) {
        position += count
        skipSpaces()
    }

    /// Reads spaces and tabs.
    mutating func skipSpaces() {
        while let next, next == " " || next == "\t" { position += 1 }
    }

    /// Reads that character and the spaces after it, if it comes next.
    mutating func take(_ character: Character) -> Bool {
        guard next == character else { return false }
        advance(1)
        return true
    }

    /// Reads that character, but no spaces, if it comes next.
    mutating func take(exactly character: Character) -> Bool {
        guard next == character else { return false }
        position += 1
        return true
    }

    /// Reads that word, capital or small, and the spaces after it, if it comes next as a whole.
    mutating func take(word: String) -> Bool {
        guard letters.lowercased() == word else { return false }
        advance(word.count)
        return true
    }

    /// Reads the decimal digits that come next, but no spaces; nil when none does.
    mutating func takeDigits() -> [Int]? {
        let digits = text[position...].prefix { $0.isASCII && $0.isNumber }.compactMap(\.wholeNumberValue)
        position += digits.count
        return digits.isEmpty ? nil : digits
    }
}
