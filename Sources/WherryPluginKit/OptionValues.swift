public import WherryCore

/// The validated options of one plugin instance: what the configuration gave, or the defaults.
public struct OptionValues: Sendable, Hashable {
    /// One validated value.
    public enum Value: Sendable, Hashable {
        /// Text, a path (absolute), an endpoint or a choice.
        case text(String)
        /// A secret, already looked up.
        case secret(Secret)
        /// A whole number.
        case integer(Int)
        /// A truth value.
        case boolean(Bool)
        /// A duration.
        case duration(Duration)
        /// A list of texts.
        case texts([String])
        /// A list of mappings.
        case records([OptionValues])
        /// A mapping with keys of the user's choice.
        case mapping([String: Value])
    }

    private var values: [String: Value]

    /// Values by option name.
    public init(_ values: [String: Value]) { self.values = values }

    /// The text, path, endpoint or choice; nil when left out.
    public func text(_ name: String) -> String? {
        guard case .text(let value) = values[name] else { return nil }
        return value
    }

    /// The secret; nil when left out.
    public func secret(_ name: String) -> Secret? {
        guard case .secret(let value) = values[name] else { return nil }
        return value
    }

    /// The number; nil when left out.
    public func integer(_ name: String) -> Int? {
        guard case .integer(let value) = values[name] else { return nil }
        return value
    }

    /// The truth value; nil when left out.
    public func boolean(_ name: String) -> Bool? {
        guard case .boolean(let value) = values[name] else { return nil }
        return value
    }

    /// The duration; nil when left out.
    public func duration(_ name: String) -> Duration? {
        guard case .duration(let value) = values[name] else { return nil }
        return value
    }

    /// The texts of a list; none when left out.
    public func texts(_ name: String) -> [String] {
        guard case .texts(let value) = values[name] else { return [] }
        return value
    }

    /// The mappings of a list; none when left out.
    public func records(_ name: String) -> [OptionValues] {
        guard case .records(let value) = values[name] else { return [] }
        return value
    }

    /// The mapping; empty when left out.
    public func mapping(_ name: String) -> [String: Value] {
        guard case .mapping(let value) = values[name] else { return [:] }
        return value
    }

    /// Sets one option.
    public mutating func set(_ name: String, _ value: Value) { values[name] = value }

    /// The text of a required option.
    ///
    /// - Throws: ``Failure`` of class `configuration` when it is missing.
    public func required(_ name: String) throws -> String {
        guard let value = text(name) else { throw Self.missing(name) }
        return value
    }

    /// The secret of a required option.
    ///
    /// - Throws: ``Failure`` of class `configuration` when it is missing.
    public func requiredSecret(_ name: String) throws -> Secret {
        guard let value = secret(name) else { throw Self.missing(name) }
        return value
    }

    private static func missing(_ name: String) -> Failure {
        Failure(.configuration, code: "config.missing-option", "The option \(name) is missing.", remedy: "Add it.")
    }
}
