package import WherryCore
import WherryTransfer

/// When a job is due: at moments of the clock on the wall, or at a steady interval.
///
/// Its text, as in the configuration:
///
///     30 2 * * *        cron's five fields: minute, hour, day of the month, month, day of the week
///     */15 8-18 * * mon-fri
///     daily             also hourly, weekly (Sunday), monthly, and each with an @ before it
///     every 6h          at the multiples of so much time since 1970-01-01T00:00:00Z
///
/// Fields are read as cron reads them (POSIX, `crontab`; steps, names and 7 for Sunday as in Vixie cron): where both the
/// day of the month and the day of the week are limited, one of them is enough. When clocks are moved forward, what would
/// have come in the hour that is left out comes at its end; when they are moved back, an hour that was given comes once.
package struct JobSchedule: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case calendar(CalendarRule)
        /// Seconds, 60 or more.
        case interval(Int64)
    }

    let rule: Rule
    /// The text that it was read from, with single blanks.
    package let description: String

    /// Reads the text form.
    ///
    /// - Throws: ``Failure`` of class `configuration`, code `config.schedule`, that says what was expected.
    package init(_ text: String) throws(Failure) {
        let words = text.split { $0 == " " || $0 == "\t" }
        description = words.joined(separator: " ")
        rule = try ScheduleParser.rule(words.map { $0.lowercased() })
        let aDay = Timestamp(seconds: 1_709_164_800)  // 2024-02-29, so that the next 29 February is four years away
        guard next(after: aDay, in: .utc) != nil else {
            throw ScheduleParser.failure("\(description) never comes: no month that is named has that day.")
        }
    }

    /// The first moment after `moment` at which it is due; nil when there is none within nine years.
    package func next(after moment: Timestamp, in zone: ZoneOffset = .local) -> Timestamp? {
        switch rule {
        case .interval(let seconds):
            let past = (moment.seconds % seconds + seconds) % seconds
            return Timestamp(seconds: moment.seconds - past + seconds)
        case .calendar(let rule):
            return rule.next(after: moment, in: zone)
        }
    }
}
