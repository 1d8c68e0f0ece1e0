/// Why a message cannot be understood: one sentence about the field.
package struct WireProblem: Error, Hashable, CustomStringConvertible {
    /// The sentence.
    package let description: String

    /// A problem.
    package init(_ description: String) { self.description = description }
}

extension JSONValue {
    /// The text of a field that must be there.
    func requiredText(_ key: String, of what: String) throws(WireProblem) -> String {
        guard let text = self[key]?.text else { throw WireProblem("\(what) has no text in its field \(key).") }
        return text
    }

    /// The text of a field that may be missing, but not be something else.
    func optionalText(_ key: String, of what: String) throws(WireProblem) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.text else { throw WireProblem("The field \(key) of \(what) is not text.") }
        return text
    }

    /// A number of bytes or things, 0 or more, below 2^53.
    func optionalCount(_ key: String, of what: String) throws(WireProblem) -> Int64? {
        guard let value = self[key] else { return nil }
        guard let number = value.integer, number >= 0, number < 1 << 53 else {
            throw WireProblem("The field \(key) of \(what) is not a whole number from 0 to 2^53.")
        }
        return number
    }

    /// The same where it must be there.
    func requiredCount(_ key: String, of what: String) throws(WireProblem) -> Int64 {
        guard let number = try optionalCount(key, of: what) else {
            throw WireProblem("\(what) has no number in its field \(key).")
        }
        return number
    }

    /// One of the words of a type; a word that is not known is the problem's.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        of what: String,
        as type: Word.Type
    ) throws(WireProblem) -> Word? {
        guard let text = try optionalText(key, of: what) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw WireProblem("The field \(key) of \(what) is none of \(words).")
        }
        return word
    }
}
