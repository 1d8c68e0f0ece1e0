import WherryCore

/// Reads the text of a ``JobSchedule``; the grammar stands there.
enum ScheduleParser {
    /// One of the five fields.
    private struct Field {
        var title: String
        var range: ClosedRange<Int>
        /// Names of the numbers from `range`'s first on.
        var names: [String] = []
    }

    private static let fields = [
        Field(title: "minute", range: 0...59),
        Field(title: "hour", range: 0...23),
        Field(title: "day of the month", range: 1...31),
        Field(
            title: "month",
            range: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        ),
        Field(title: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let nicknames = [
        "hourly": "0 * * * *", "daily": "0 0 * * *", "midnight": "0 0 * * *", "weekly": "0 0 * * 0",
        "monthly": "0 0 1 * *", "yearly": "0 0 1 1 *", "annually": "0 0 1 1 *",
    ]

    /// The rule of words without capitals.
    static func rule(_ words: [String]) throws(Failure) -> JobSchedule.Rule {
        if words.first == "every" || words.first == "@every" { return .interval(try interval(words.dropFirst())) }
        if words.count == 1, let word = words.first {
            if let line = nicknames[word.hasPrefix("@") ? String(word.dropFirst()) : word] {
                return try rule(line.split(separator: " ").map { String($0) })
            }
            if word.hasPrefix("@") {
                throw failure(
                    "There is no \(word), expected one of \(nicknames.keys.sorted().joined(separator: ", "))."
                )
            }
        }
        guard words.count == fields.count else {
            throw failure(
                "Expected five fields (minute, hour, day of the month, month, day of the week), daily or every 6h, "
                    + "found \(words.count == 1 ? "one word" : "\(words.count) words")."
            )
        }
        var sets: [CalendarRule.Numbers] = []
        for (field, word) in zip(fields, words) { sets.append(try numbers(word, field)) }
        // 7 is Sunday, too.
        if sets[4].contains(7) { sets[4].bits |= 1 }
        sets[4].bits &= 0x7F
        return .calendar(
            CalendarRule(minutes: sets[0], hours: sets[1], days: sets[2], months: sets[3], weekdays: sets[4])
        )
    }

    /// What is wrong with a schedule.
    static func failure(_ message: String) -> Failure {
        Failure(
            .configuration,
            code: "config.schedule",
            message,
            remedy: "Write it as in 30 2 * * *, in */15 8-18 * * mon-fri, daily or every 6h."
        )
    }

    private static func interval(_ words: ArraySlice<String>) throws(Failure) -> Int64 {
        guard words.count == 1, let word = words.first, let unit = word.last,
            let factor = ["m": 60, "h": 3_600, "d": 86_400][unit], let count = number(word.dropLast()), count > 0,
            count * factor <= 366 * 86_400
        else { throw failure("Expected a time from 1m to 366d after every, such as 30m, 6h or 2d.") }
        return Int64(count * factor)
    }

    private static func numbers(_ word: String, _ field: Field) throws(Failure) -> CalendarRule.Numbers {
        var numbers = CalendarRule.Numbers(isFree: word.hasPrefix("*"))
        for part in word.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count <= 2, let span = span(halves[0], field, isOpen: halves.count == 2) else {
                throw wrong(part, field)
            }
            var step = 1
            if halves.count == 2 {
                guard let given = number(halves[1]), (1...field.range.upperBound).contains(given) else {
                    throw wrong(part, field)
                }
                step = given
            }
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                numbers.bits |= 1 << UInt64(value)
            }
        }
        return numbers
    }

    /// `*`, a number or two with a hyphen; a single number with a step goes on to the end.
    private static func span(_ text: Substring, _ field: Field, isOpen: Bool) -> ClosedRange<Int>? {
        if text == "*" {
            return field.range.lowerBound...min(field.range.upperBound, field.names.count == 7 ? 6 : .max)
        }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let first = value(ends[0], field) else { return nil }
        guard ends.count == 2 else { return first...(isOpen ? field.range.upperBound : first) }
        guard var last = value(ends[1], field) else { return nil }
        // sat-sun: Sunday ends a week as well as it begins one.
        if last == 0, field.names.count == 7, first > 0 { last = 7 }
        return first <= last ? first...last : nil
    }

    private static func value(_ text: Substring, _ field: Field) -> Int? {
        if let index = field.names.firstIndex(of: String(text)) { return field.range.lowerBound + index }
        return number(text).flatMap { field.range.contains($0) ? $0 : nil }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func wrong(_ part: Substring, _ field: Field) -> Failure {
        let names = field.names.isEmpty ? "" : ", or \(field.names[0]) to \(field.names[field.names.count - 1])"
        return failure(
            "\"\(part)\" is no \(field.title), expected \(field.range.lowerBound) to \(field.range.upperBound)\(names), "
                + "*, a span such as \(field.range.lowerBound + 1)-\(field.range.lowerBound + 4), or one with a step after /."
        )
    }
}
