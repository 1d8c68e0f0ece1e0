/// Turns `yyyy-MM-dd HH:mm:ss` into Unix seconds and back at a fixed offset from UTC.
///
/// No page of API 2.0 names the time zone. UTC+8 is inferred from the samples and from user scripts
/// that compare with Beijing time, which has had no daylight saving since 1991.
public struct CRSTimeFormat: Sendable, Hashable {
    /// Seconds to add to UTC to get the time on the wire.
    public let utcOffsetSeconds: Int

    /// Makes a format; the default is UTC+8 (inferred).
    public init(utcOffsetSeconds: Int = 28_800) {
        self.utcOffsetSeconds = utcOffsetSeconds
    }

    /// Unix seconds of a wire text, or nil unless it is a possible date and time of years 1 to 9999.
    public func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = StrictNumber.unsigned(Int64.self, bytes[0..<4]), year >= 1,
            let month = StrictNumber.unsigned(Int64.self, bytes[5..<7]), (1...12).contains(month),
            let day = StrictNumber.unsigned(Int64.self, bytes[8..<10]),
            (1...Self.days(inMonth: month, of: year)).contains(day),
            let hour = StrictNumber.unsigned(Int64.self, bytes[11..<13]), hour < 24,
            let minute = StrictNumber.unsigned(Int64.self, bytes[14..<16]), minute < 60,
            let second = StrictNumber.unsigned(Int64.self, bytes[17..<19]), second < 60
        else { return nil }
        let local = Self.dayNumber(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        return local - Int64(utcOffsetSeconds)
    }

    /// The wire text of Unix seconds; times outside years 1 to 9999 give the nearest one inside.
    public func format(_ unixSeconds: Int64) -> String {
        let (shifted, overflowed) = unixSeconds.addingReportingOverflow(Int64(utcOffsetSeconds))
        let unbounded = overflowed ? (unixSeconds < 0 ? Int64.min : Int64.max) : shifted
        let local = min(max(unbounded, Self.earliest), Self.latest)
        let day = (local >= 0 ? local : local - 86_399) / 86_400
        let time = local - day * 86_400
        let date = Self.date(dayNumber: day)
        return Self.padded(date.year, 4) + "-" + Self.padded(date.month, 2) + "-" + Self.padded(date.day, 2) + " "
            + Self.padded(time / 3600, 2) + ":" + Self.padded(time / 60 % 60, 2) + ":" + Self.padded(time % 60, 2)
    }

    // MARK: - Calendar

    private static let earliest = dayNumber(1, 1, 1) * 86_400
    private static let latest = dayNumber(10_000, 1, 1) * 86_400 - 1

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a Gregorian date from year 1 on.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // With March as month 0 the leap day is the last day of its year.
        let shiftedYear = month > 2 ? year : year - 1
        let shiftedMonth = (month + 9) % 12
        let leapDays = shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
        // 153 days are any five months from March or August on; 719 468 is 1970-01-01 counted from 0000-03-01.
        return shiftedYear * 365 + leapDays + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468
    }

    private static func date(dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // The mean year gives the right year or a neighbour of it.
        var year = max(1, (dayNumber + 719_468) * 400 / 146_097)
        while self.dayNumber(year + 1, 1, 1) <= dayNumber { year += 1 }
        while year > 1, self.dayNumber(year, 1, 1) > dayNumber { year -= 1 }
        var month: Int64 = 12
        while month > 1, self.dayNumber(year, month, 1) > dayNumber { month -= 1 }
        return (year, month, dayNumber - self.dayNumber(year, month, 1) + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
