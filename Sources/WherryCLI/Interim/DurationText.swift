/// Durations as people write them: `90s`, `15m`, `12h`, `7d`, `2w`, `1h30m`.
enum DurationText {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// Reads one; nil for anything else, and for zero.
    static func parse(_ text: String) -> Duration? {
        var total: Int64 = 0
        var digits = ""
        var lastUnit = Int64.max
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units.first(where: { $0.letter == character }), unit.seconds < lastUnit,
                let number = Int64(digits), digits.count <= 9
            else { return nil }
            total += number * unit.seconds
            lastUnit = unit.seconds
            digits = ""
        }
        return digits.isEmpty && total > 0 ? .seconds(total) : nil
    }

    /// Writes one in the fewest parts.
    static func format(_ duration: Duration) -> String {
        var rest = duration.components.seconds
        var text = ""
        for (letter, seconds) in units.dropFirst() where rest >= seconds {
            text += "\(rest / seconds)\(letter)"
            rest %= seconds
        }
        return text.isEmpty ? "0s" : text
    }
}
