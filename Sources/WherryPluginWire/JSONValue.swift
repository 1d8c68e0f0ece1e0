#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Any JSON value, for messages whose unknown fields are let through.
package enum JSONValue: Sendable, Hashable, Codable {
    /// Nothing.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// Another number.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Keys with values.
    case object([String: JSONValue])

    /// Reads any value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([String: JSONValue].self) {
            self = .object(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    /// Writes it.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value that a line holds; nil when it is no JSON.
    package init?(line: some Sequence<UInt8>) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line)) else { return nil }
        self = value
    }

    /// It as one line, keys sorted, without the line's end: the form in which wherry writes every message.
    ///
    /// - Throws: when a number is not finite.
    package func line() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension JSONValue {
    /// The members that are not nil, as an object.
    package static func members(_ members: [String: JSONValue?]) -> JSONValue {
        .object(members.compactMapValues { $0 })
    }

    /// The same object with more members; anything else as it is.
    package func adding(_ more: [String: JSONValue]) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(more) { $1 })
    }

    /// The value of a key; nil when this is no object, has no such key, or null behind it.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[key], value != .null else { return nil }
        return value
    }

    /// The text; nil when it is something else.
    package var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The whole number; nil when it is something else.
    package var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The truth value; nil when it is something else.
    package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// The entries of a list; nil when it is something else.
    package var entries: [JSONValue]? { if case .array(let entries) = self { entries } else { nil } }

    /// Every text in it, keys too.
    package var texts: [String] {
        switch self {
        case .null, .boolean, .integer, .number: []
        case .string(let text): [text]
        case .array(let entries): entries.flatMap(\.texts)
        case .object(let members): members.flatMap { [$0.key] + $0.value.texts }
        }
    }
}
