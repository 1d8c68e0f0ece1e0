/// A name that some system hands out or a person writes, kept byte for byte.
///
/// Each kind of name is its own type, so an instance id can never be passed where a backup id is meant.
public protocol StringIdentifier: RawRepresentable<String>, Hashable, Comparable, Sendable, Codable,
    CustomStringConvertible, ExpressibleByStringLiteral
{
    /// Wraps `rawValue` unchanged.
    init(rawValue: String)
}

extension StringIdentifier {
    /// Wraps the literal unchanged.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The name itself.
    public var description: String { rawValue }

    /// Orders by Unicode scalar values, the same on every machine.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The name of a configured source, such as `prod`.
public struct SourceName: StringIdentifier {
    /// The name as the configuration spells it.
    public let rawValue: String

    /// Wraps `rawValue` unchanged.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a configured sink, such as `disk`.
public struct SinkName: StringIdentifier {
    /// The name as the configuration spells it.
    public let rawValue: String

    /// Wraps `rawValue` unchanged.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a configured job, such as `nightly`.
public struct JobName: StringIdentifier {
    /// The name as the configuration spells it.
    public let rawValue: String

    /// Wraps `rawValue` unchanged.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The row number of one run in the catalog, 1 or more.
public struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The row number.
    public let rawValue: Int64

    /// Wraps a row number.
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// The number in decimal.
    public var description: String { String(rawValue) }

    /// Later runs have larger numbers.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
