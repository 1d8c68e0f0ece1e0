/// A moment in UTC with a resolution of one second, the resolution of every time in the catalog.
///
/// Its text is `YYYY-MM-DDTHH:MM:SSZ` (RFC 3339, UTC only), which sorts as text and which SQLite's date functions read.
public struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z; may be negative.
    public let seconds: Int64

    /// A moment so many seconds after 1970-01-01T00:00:00Z.
    public init(seconds: Int64) { self.seconds = seconds }

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`; nil when the text has another form or names a day that does not exist.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            bytes[19] == UInt8(ascii: "Z")
        else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        let days = Timestamp.days(year: year, month: month, day: day)
        guard Timestamp.civil(days: days) == (year, month, day) else { return nil }
        seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// `YYYY-MM-DDTHH:MM:SSZ`.
    public var description: String {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let (year, month, day) = Timestamp.civil(days: days)
        let rest = seconds - days * 86_400
        // A year out of range shows all its digits, whose number is not known.
        let head = (0...9_999).contains(year) ? "" : "\(year)"
        let fields: [(value: Int64, digits: Int, mark: UInt8)] = [
            (year, 4, 0x2D), (month, 2, 0x2D), (day, 2, 0x54), (rest / 3_600, 2, 0x3A), (rest / 60 % 60, 2, 0x3A),
            (rest % 60, 2, 0x5A),
        ]
        return head
            + String(unsafeUninitializedCapacity: 20) { bytes in
                var end = 0
                for field in fields {
                    let digits = end == 0 && !head.isEmpty ? 0 : field.digits
                    var value = field.value
                    for position in stride(from: end + digits - 1, through: end, by: -1) {
                        bytes[position] = UInt8(48 + value % 10)
                        value /= 10
                    }
                    end += digits + 1
                    bytes[end - 1] = field.mark
                }
                return end
            }
    }

    /// The text without punctuation, `YYYYMMDDTHHMMSSZ`: safe in file names on every system.
    public var compact: String { description.filter { $0 != "-" && $0 != ":" } }

    /// Orders by time.
    public static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }

    /// The moment `duration` later, rounded down to whole seconds.
    public static func + (left: Self, duration: Duration) -> Self {
        Timestamp(seconds: left.seconds + duration.wholeSeconds)
    }

    /// The moment `duration` earlier.
    public static func - (left: Self, duration: Duration) -> Self {
        Timestamp(seconds: left.seconds - duration.wholeSeconds)
    }

    /// The time from `right` to `left`; negative when `right` is later.
    public static func - (left: Self, right: Self) -> Duration { .seconds(left.seconds - right.seconds) }

    /// Decodes the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "A time is written YYYY-MM-DDTHH:MM:SSZ."
            )
        }
        self = value
    }

    /// Encodes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date that lies `days` after 1970-01-01, in the proleptic Gregorian calendar.
    package static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Duration {
    /// The whole seconds in it, rounded toward zero.
    package var wholeSeconds: Int64 { components.seconds }

    /// The whole milliseconds in it, rounded toward zero.
    package var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// It as a fraction of seconds.
    package var fractionalSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
