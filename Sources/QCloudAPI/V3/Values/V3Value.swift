/// A parameter or member of API 3.0: the tree that JSON bodies, flattened forms and answers share.
public enum V3Value: Sendable, Equatable {
    /// Named members.
    case object(V3Object)
    /// Elements in order.
    case array([V3Value])
    /// A JSON text.
    case text(String)
    /// A JSON number without a fraction that fits 64 bits.
    case integer(Int)
    /// Any other JSON number.
    case number(Double)
    /// A JSON flag.
    case flag(Bool)
    /// The JSON null, which counts as absent.
    case null
    /// A value from a query, a form or a multipart body, whose type only its reader knows.
    case untyped(String)

    /// The word for this value's type in error texts.
    var kind: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .text, .untyped: "a text"
        case .integer, .number: "a number"
        case .flag: "a flag"
        case .null: "null"
        }
    }
}

// MARK: - Redaction

extension V3Value: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type only, as values may be signed addresses.
    public var description: String { "V3Value(\(kind))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
