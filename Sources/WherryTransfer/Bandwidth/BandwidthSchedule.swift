package import WherryCore

/// How fast bytes may pass, now and at other times: one limit, or a timetable of limits in local time.
///
/// Its text, as in the configuration and on the command line:
///
///     10M                                               always 10 million bytes a second
///     off                                               never a limit; so does unlimited
///     08:00-18:00=10M, 18:00-23:00=50M, otherwise=off
///     mon-fri 08:00-18:00=2.5MiB/s, sat,sun=off, otherwise=20M
///     fri 22:00-06:00=off                               Friday night, until Saturday at 6
///
///     schedule  = limit | timetable
///     timetable = rule {"," rule} ["," otherwise] | otherwise
///     rule      = (days | hours | days hours) "=" limit
///     otherwise = "otherwise" "=" limit
///     days      = span {"," span}        span = day ["-" day]       day = mon tue wed thu fri sat sun
///     hours     = time "-" time          time = 00:00 to 24:00
///     limit     = "off" | "unlimited" | number unit ["/s"]
///     number    = digits ["." one to three digits]
///     unit      = B K M G, KB MB GB (powers of 1000), KiB MiB GiB (powers of 1024); bytes, never bits
///
/// Spaces are free between all of these; words other than units may be capital or small. The first rule that fits wins;
/// where none fits and nothing is said of `otherwise`, there is no limit.
package struct BandwidthSchedule: Sendable, Hashable, CustomStringConvertible {
    /// The rules, the most important first.
    package let rules: [BandwidthRule]
    /// The limit where no rule fits; nil for none.
    package let otherwise: ByteRate?

    /// No limit at any time.
    package static let unlimited = BandwidthSchedule()

    /// A timetable, or one limit.
    package init(rules: [BandwidthRule] = [], otherwise: ByteRate? = nil) {
        self.rules = rules
        self.otherwise = otherwise
    }

    /// Reads the text form.
    ///
    /// - Throws: ``Failure`` of class `configuration`, code `config.bandwidth`, that says what was expected in which
    ///   column, when the text has another form.
    package init(_ text: String) throws(Failure) {
        var parser = BandwidthParser(text)
        self = try parser.schedule()
    }

    /// The limit at a moment; nil for none.
    package func limit(at moment: Timestamp, in zone: ZoneOffset = .local) -> ByteRate? {
        guard !rules.isEmpty else { return otherwise }
        let (day, second) = zone.local(moment)
        guard let rule = rules.first(where: { $0.covers(day: day, second: second) }) else { return otherwise }
        return rule.limit
    }

    /// The first moment after `moment` at which another limit begins; nil when it stays as it is for good.
    package func nextChange(after moment: Timestamp, in zone: ZoneOffset = .local) -> Timestamp? {
        let limits = Set(rules.map(\.limit) + [otherwise])
        guard limits.count > 1 else { return nil }
        // The limit follows the local clock. So it can change only when that clock shows an edge of a rule, or when
        // the clock itself is moved. It repeats each week; two days more let a moved clock not hide an edge.
        let end = moment + .seconds(9 * 86_400)
        let moves = zone.changes(from: moment, through: end)
        let offsets = Set(([moment] + moves).map { zone.seconds(at: $0) })
        let edges = Set(rules.flatMap(\.edges) + [0])
        let today = zone.local(moment).day
        var candidates = moves
        for day in today - 1...today + 9 {
            for edge in edges {
                candidates += offsets.map { Timestamp(seconds: day * 86_400 + Int64(edge * 60 - $0)) }
            }
        }
        let present = limit(at: moment, in: zone)
        return candidates.filter { $0 > moment }.sorted().first { limit(at: $0, in: zone) != present }
    }

    /// The text form, in the shortest exact spelling: reading it gives an equal schedule.
    package var description: String {
        let rest = otherwise?.description ?? "off"
        guard !rules.isEmpty else { return rest }
        return (rules.map(\.description) + ["otherwise=" + rest]).joined(separator: ", ")
    }
}
