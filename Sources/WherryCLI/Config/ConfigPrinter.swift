import WherryCore

/// Prints the configuration as it is understood: defaults filled in, paths absolute, secrets as references.
enum ConfigPrinter {
    /// As YAML that can be used in place of the file.
    static func yaml(_ config: Config) -> String { YAMLText.document(tree(config.effective)) }

    /// As JSON of the same shape.
    static func json(_ config: Config) -> String { tree(config.effective).json() + "\n" }

    private static func tree(_ record: ConfigRecord) -> JSONTree {
        .object(record.entries.map { ($0.key, tree($0.entry.value)) })
    }

    private static func tree(_ value: ConfigValue) -> JSONTree {
        switch value {
        case .text(let text): .string(text)
        case .secret(let reference, _): .string(reference.description)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .boolean(let value): .boolean(value)
        case .duration(let duration): .string(DurationText.format(duration))
        case .list(let entries): .array(entries.map { tree($0.value) })
        case .table(let record): tree(record)
        }
    }
}
