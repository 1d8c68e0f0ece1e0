import WherryPluginKit

/// What values a key takes.
///
/// Says what is expected to people, to the reader and to JSON Schema.
indirect enum ConfigKind: Sendable {
    /// Any text.
    case text
    /// A name of ours: a small letter or digit, then up to 62 more or hyphens.
    case name
    /// A path; the value is absolute.
    case path
    /// A path, made absolute, or `-` for standard error.
    case output
    /// A reference to a secret.
    case secret
    /// A URL of scheme and host only.
    case endpoint
    /// `HOST:PORT`.
    case listen
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// A number above 0.
    case positiveNumber(upTo: Double)
    /// `true` or `false`.
    case boolean
    /// A number with a unit, above 0.
    case duration
    /// A limit of bytes a second, or a timetable of limits.
    case bandwidth
    /// When a job is due.
    case schedule
    /// The name of a time zone.
    case zone
    /// One of the words.
    case choice([String])
    /// Text, a whole number, or `true` or `false`, as it is written.
    case scalar
    /// Keys of the user's choice, with values of one kind.
    case mapping(of: ConfigKind)
    /// A list.
    case list(of: ConfigKind, minimum: Int)
    /// Keys with values.
    case table(ConfigTable)
    /// Keys with values that depend on the word at the key `plugin` of the same table.
    case options([String: ConfigTable])

    /// The kind of a plugin's option.
    ///
    /// - Parameter table: the table that the option is in.
    init(_ option: OptionSpec, in table: (title: String, id: String)) {
        switch option.kind {
        case .string: self = .text
        case .secret: self = .secret
        case .path: self = .path
        case .endpoint: self = .endpoint
        case .integer(let range): self = .integer(range)
        case .boolean: self = .boolean
        case .duration: self = .duration
        case .choice(let words): self = .choice(words)
        case .texts: self = .list(of: .text, minimum: 0)
        case .mapping(.scalars): self = .mapping(of: .scalar)
        case .mapping(.secrets): self = .mapping(of: .secret)
        case .records(let options):
            let entry = ConfigTable(
                title: "an entry of \(option.name) in \(table.title)",
                id: "\(table.id)-\(option.name)",
                help: option.help,
                options: options
            )
            self = .list(of: .table(entry), minimum: 0)
        }
    }

    /// For people: what is expected.
    var expectation: String {
        switch self {
        case .text: "text"
        case .name: "a name of up to 63 small letters, digits and hyphens, no hyphen first"
        case .path: "a path"
        case .output: "a path, or - for standard error"
        case .secret: SecretReference.expectation
        case .endpoint: "a URL such as https://host.example, with nothing behind the host and port"
        case .listen: "an address and a port such as 127.0.0.1:8378"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .positiveNumber(let most): "a number above 0, at most \(ConfigKind.spelled(most))"
        case .boolean: "true or false"
        case .duration: "a duration above 0 such as 90s, 15m, 12h, 7d or 1h30m"
        case .bandwidth: "a limit such as 10M, 20MiB or off, or a timetable such as 08:00-18:00=10M, otherwise=off"
        case .schedule: "a time such as 30 2 * * * (cron's five fields), daily or every 6h"
        case .zone: "the name of a time zone such as Europe/Berlin or UTC"
        case .choice(let words): words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
        case .scalar: "text, a whole number, true or false"
        case .mapping: "a mapping of names to values"
        case .list: "a list"
        case .table(let table): "a mapping with " + table.keys
        case .options: "a mapping with the plugin's options"
        }
    }

    /// Whether nothing may stand behind the key, as when every line below it is a comment.
    var mayBeEmpty: Bool {
        switch self {
        case .list, .mapping, .table, .options: true
        default: false
        }
    }

    /// Whether `1` and `true` mean themselves rather than text that lacks its quotes.
    var isTyped: Bool {
        switch self {
        case .integer, .positiveNumber, .boolean, .scalar: true
        default: false
        }
    }

    /// A number without a needless fraction.
    static func spelled(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
