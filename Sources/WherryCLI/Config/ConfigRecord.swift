import WherryCore
import WherryPluginKit

/// One validated value of the file.
indirect enum ConfigValue: Sendable {
    /// Text, a name, an absolute path, an endpoint, an address or a choice.
    case text(String)
    /// Where a secret is, and the secret, when it was looked up.
    case secret(SecretReference, Secret?)
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Double)
    /// A truth value.
    case boolean(Bool)
    /// A duration.
    case duration(Duration)
    /// A list.
    case list([ConfigEntry])
    /// Keys with values.
    case table(ConfigRecord)
}

/// A value and where it comes from.
struct ConfigEntry: Sendable {
    /// The value.
    var value: ConfigValue
    /// Where it was written; for a default, where the mapping begins that lacks it.
    var position: ConfigPosition
}

/// A mapping, validated, with defaults filled in.
struct ConfigRecord: Sendable {
    /// Where it begins.
    var position: ConfigPosition
    /// The keys with their values, in the order of their ``ConfigTable``.
    private(set) var entries: [(key: String, entry: ConfigEntry)] = []

    private let order: [String]

    /// An empty record for the keys of `table`.
    init(position: ConfigPosition, table: ConfigTable) {
        self.position = position
        order = table.fields.map(\.name)
    }

    /// The value of a key; nil when there is none.
    subscript(key: String) -> ConfigEntry? {
        get { entries.first { $0.key == key }?.entry }
        set {
            entries.removeAll { $0.key == key }
            guard let newValue else { return }
            let later = order.drop { $0 != key }
            entries.insert((key, newValue), at: entries.firstIndex { later.contains($0.key) } ?? entries.endIndex)
        }
    }

    /// The text, name, path, endpoint or choice; nil when there is none.
    func text(_ key: String) -> String? { self[key]?.text }

    /// The whole number; nil when there is none.
    func integer(_ key: String) -> Int? {
        if case .integer(let number) = self[key]?.value { number } else { nil }
    }

    /// The number; nil when there is none.
    func number(_ key: String) -> Double? {
        if case .number(let number) = self[key]?.value { number } else { nil }
    }

    /// The truth value; nil when there is none.
    func boolean(_ key: String) -> Bool? {
        if case .boolean(let value) = self[key]?.value { value } else { nil }
    }

    /// The duration; nil when there is none.
    func duration(_ key: String) -> Duration? {
        if case .duration(let value) = self[key]?.value { value } else { nil }
    }

    /// The secret; nil when there is none, or none was looked up.
    func secret(_ key: String) -> Secret? {
        if case .secret(_, let value) = self[key]?.value { value } else { nil }
    }

    /// The entries of a list; none when there is no list.
    func list(_ key: String) -> [ConfigEntry] {
        if case .list(let entries) = self[key]?.value { entries } else { [] }
    }

    /// The mappings of a list; none when there is no list.
    func tables(_ key: String) -> [ConfigRecord] { list(key).compactMap(\.table) }

    /// The mapping; nil when there is none.
    func table(_ key: String) -> ConfigRecord? { self[key]?.table }

    /// All values, for a plugin.
    var optionValues: OptionValues { OptionValues(values) }

    private var values: [String: OptionValues.Value] {
        var values: [String: OptionValues.Value] = [:]
        for (key, entry) in entries {
            switch entry.value {
            case .text(let text): values[key] = .text(text)
            case .secret(_, let secret): values[key] = secret.map { .secret($0) }
            case .integer(let number): values[key] = .integer(number)
            case .boolean(let value): values[key] = .boolean(value)
            case .duration(let duration): values[key] = .duration(duration)
            case .list(let entries):
                let texts = entries.compactMap(\.text)
                values[key] =
                    texts.isEmpty ? .records(entries.compactMap { $0.table?.optionValues }) : .texts(texts)
            case .table(let record): values[key] = .mapping(record.values)
            // No option is of such a kind, see ConfigKind.init.
            case .number: break
            }
        }
        return values
    }
}

extension ConfigEntry {
    /// The text, name, path, endpoint or choice; nil when it is something else.
    var text: String? {
        if case .text(let text) = value { text } else { nil }
    }

    /// The mapping; nil when it is something else.
    var table: ConfigRecord? {
        if case .table(let record) = value { record } else { nil }
    }
}
