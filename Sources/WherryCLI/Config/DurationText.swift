/// Durations as people write them: `90s`, `15m`, `12h`, `7d`, `2w`, `1h30m`.
enum DurationText {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// What ``parse(_:)`` takes, for JSON Schema.
    static let pattern = "^(?=.*[1-9])([0-9]{1,12}w)?([0-9]{1,12}d)?([0-9]{1,12}h)?([0-9]{1,12}m)?([0-9]{1,12}s)?$"

    /// Reads whole numbers with units, larger units first, each unit once.
    ///
    /// - Returns: nil when it is anything else, zero, or longer than 10 000 years.
    static func parse(_ text: String) -> Duration? {
        var total: Int64 = 0
        var rest = text[...]
        var allowed = units[...]
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard digits.count <= 12, let number = Int64(digits), let letter = rest.dropFirst(digits.count).first,
                let unit = allowed.firstIndex(where: { $0.letter == letter })
            else { return nil }
            // At most 10¹² times 604 800, five times: no overflow.
            total += number * units[unit].seconds
            allowed = units[(unit + 1)...]
            rest = rest.dropFirst(digits.count + 1)
        } while !rest.isEmpty
        guard total > 0, total <= 10_000 * 366 * 86_400 else { return nil }
        return .seconds(total)
    }

    /// One number with the largest unit that leaves no rest, weeks excepted: `90s`, `26h`, `7d`.
    ///
    /// Parts of a second are cut off.
    static func format(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let unit = units.dropFirst().first { seconds % $0.seconds == 0 && seconds != 0 } ?? ("s", 1)
        return "\(seconds / unit.seconds)\(unit.letter)"
    }
}
