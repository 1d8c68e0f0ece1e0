import WherryCore

/// Reads the text of a ``BandwidthSchedule``; the grammar stands there.
struct BandwidthParser {
    private var text: TextCursor

    /// A parser of the whole text.
    init(_ text: String) { self.text = TextCursor(text) }

    /// The schedule.
    mutating func schedule() throws(Failure) -> BandwidthSchedule {
        text.skipSpaces()
        guard isTimetable else {
            guard !text.isAtEnd else { throw expected("a rate such as 10M, or off, or a timetable") }
            let limit = try limit()
            guard text.isAtEnd else { throw expected("nothing more after the limit") }
            return BandwidthSchedule(otherwise: limit)
        }
        var rules: [BandwidthRule] = []
        repeat {
            if text.take(word: "otherwise") {
                try require("=", "= and a limit after otherwise")
                let limit = try limit()
                guard text.isAtEnd else { throw expected("nothing more after otherwise, which comes last") }
                return BandwidthSchedule(rules: rules, otherwise: limit)
            }
            rules.append(try rule())
        } while text.take(",")
        guard text.isAtEnd else { throw expected("a comma and another rule, or the end") }
        return BandwidthSchedule(rules: rules)
    }

    // MARK: - Rules

    /// Whether the text is a timetable, well written or not.
    private var isTimetable: Bool {
        let word = text.letters.lowercased()
        return word.isEmpty ? text.contains(anyOf: "=:,") : word != "off" && word != "unlimited"
    }

    private mutating func rule() throws(Failure) -> BandwidthRule {
        var days = Weekdays.all
        let namesDays = !text.letters.isEmpty
        if namesDays {
            days = try span()
            while text.take(",") { days.formUnion(try span()) }
        }
        var hours: BandwidthRule.Hours?
        if !namesDays || text.next?.isNumber == true { hours = try self.hours() }
        try require("=", namesDays && hours == nil ? "a time, a comma and a day, or = and a limit" : "= and a limit")
        return BandwidthRule(days: days, hours: hours, limit: try limit())
    }

    private mutating func span() throws(Failure) -> Weekdays {
        let first = try day()
        return text.take("-") ? Weekdays(from: first, through: try day()) : Weekdays(index: first)
    }

    private mutating func day() throws(Failure) -> Int {
        let word = text.letters
        guard let day = Weekdays.names.firstIndex(of: word.lowercased()) else {
            throw expected("a day (mon, tue, wed, thu, fri, sat or sun)")
        }
        text.advance(word.count)
        return day
    }

    private mutating func hours() throws(Failure) -> BandwidthRule.Hours {
        let start = try time(max: 1_439, "a time from 00:00 to 23:59")
        try require("-", "- and the time at which it ends")
        let before = text.position
        let end = try time(max: 1_440, "a time from 00:00 to 24:00")
        guard end != start else {
            text.position = before
            throw expected("another time than the start (00:00-24:00 is the whole day)")
        }
        return BandwidthRule.Hours(start: start, end: end)
    }

    private mutating func time(max: Int, _ what: String) throws(Failure) -> Int {
        let before = text.position
        guard let hour = text.takeDigits(), text.take(exactly: ":"), let minute = text.takeDigits(), hour.count == 2,
            minute.count == 2, minute[0] < 6, Self.number(hour) * 60 + Self.number(minute) <= max
        else {
            text.position = before
            throw expected(what)
        }
        text.skipSpaces()
        return Self.number(hour) * 60 + Self.number(minute)
    }

    private static func number(_ digits: [Int]) -> Int { digits.reduce(0) { $0 * 10 + $1 } }

    // MARK: - Limits

    private mutating func limit() throws(Failure) -> ByteRate? {
        if text.take(word: "off") || text.take(word: "unlimited") { return nil }
        let before = text.position
        guard let whole = text.takeDigits() else { throw expected("a rate such as 10M, or off") }
        var fraction: [Int] = []
        if text.take(exactly: ".") {
            guard let digits = text.takeDigits(), digits.count <= 3 else {
                throw expected("one to three digits after the point")
            }
            fraction = digits
        }
        text.skipSpaces()
        let name = text.letters
        guard let unit = ByteRate.bytes(inUnit: name) else {
            throw expected("a unit of bytes (B, K, M, G, KiB, MiB or GiB)")
        }
        text.advance(name.count)
        if text.take("/"), !text.take(word: "s") { throw expected("s, for bytes a second") }
        let thousandths = (whole + fraction + repeatElement(0, count: 3 - fraction.count))
            .reduce(Int128(0)) { min($0 * 10 + Int128($1), 1 << 80) }
        guard let bytes = Int64(exactly: thousandths * Int128(unit) / 1_000), ByteRate.range.contains(bytes) else {
            text.position = before
            throw expected("a rate from 1K to 1000G, or off for no limit")
        }
        return ByteRate(bytesPerSecond: bytes)
    }

    // MARK: - Errors

    private mutating func require(_ character: Character, _ what: String) throws(Failure) {
        guard text.take(character) else { throw expected(what) }
    }

    private func expected(_ what: String) -> Failure {
        Failure(
            .configuration,
            code: "config.bandwidth",
            "The bandwidth limit \"\(text)\" has \(text.found) in column \(text.position + 1), expected: \(what).",
            remedy:
                "Write a rate such as 10M, or off, or a timetable such as \"mon-fri 08:00-18:00=10M, otherwise=off\"."
        )
    }
}
