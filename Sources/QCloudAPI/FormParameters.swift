/// The ordered name/value pairs of an API 2.0 call, as raw (un-encoded) text.
///
/// Names and values are compared byte for byte, never by Unicode equivalence, because the signature
/// covers bytes. A name may occur more than once; lookups return its first value.
public struct FormParameters: Sendable, Equatable {
    /// One name with its raw value.
    public struct Field: Sendable, Equatable {
        /// The raw name, for example `projectIds.0`.
        public let name: String
        /// The raw value; may be empty.
        public let value: String

        /// Makes a pair from raw text.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        func isNamed(_ other: String) -> Bool {
            // Counts are stored, so most differing names are told apart at once.
            name.utf8.count == other.utf8.count && name.utf8.elementsEqual(other.utf8)
        }

        /// Tells whether both pairs hold the same bytes.
        public static func == (left: Self, right: Self) -> Bool {
            left.isNamed(right.name) && left.value.utf8.elementsEqual(right.value.utf8)
        }
    }

    /// The pairs in their order on the wire.
    public private(set) var fields: [Field]

    /// Makes a list from pairs, keeping their order.
    public init(_ fields: [Field] = []) {
        self.fields = fields
    }

    /// The value of the first pair with this name, or nil.
    public subscript(name: String) -> String? {
        fields.first { $0.isNamed(name) }?.value
    }

    /// The number of pairs with this name.
    public func count(of name: String) -> Int {
        fields.count { $0.isNamed(name) }
    }

    /// Adds a pair at the end; a nil value adds nothing.
    public mutating func append(_ name: String, _ value: String?) {
        guard let value else { return }
        fields.append(Field(name: name, value: value))
    }

    /// Adds a number in decimal at the end; nil adds nothing.
    public mutating func append(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        append(name, String(value))
    }

    /// Adds an array in the flattened form `name.0`, `name.1`, … (vendor page 260/1384).
    public mutating func append(_ name: String, list: [String]) {
        for (index, value) in list.enumerated() { append("\(name).\(index)", value) }
    }

    /// The values of a flattened array in index order.
    ///
    /// Takes every `name.N` with a decimal N. Gaps are tolerated and pairs with the same index keep
    /// their order. An absent array is an empty one; the two cannot be told apart on the wire.
    public func list(_ name: String) -> [String] {
        var found: [(index: Int, order: Int, value: String)] = []
        for (order, field) in fields.enumerated() {
            let text = field.name.utf8
            guard text.count > name.utf8.count + 1, text.starts(with: name.utf8) else { continue }
            let rest = text.dropFirst(name.utf8.count)
            guard rest.first == UInt8(ascii: "."), let index = StrictNumber.unsigned(Int.self, rest.dropFirst())
            else { continue }
            found.append((index, order, field.value))
        }
        return found.sorted { ($0.index, $0.order) < ($1.index, $1.order) }.map(\.value)
    }
}

// MARK: - ExpressibleByDictionaryLiteral

extension FormParameters: ExpressibleByDictionaryLiteral {
    /// Makes a list from a literal, keeping its order and any repeated names.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements.map { Field(name: $0.0, value: $0.1) })
    }
}

// MARK: - CustomStringConvertible

extension FormParameters: CustomStringConvertible, CustomDebugStringConvertible {
    /// The names only, as values may hold signatures and tokens.
    public var description: String { "FormParameters(\(fields.map(\.name).joined(separator: ", ")))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }
}
