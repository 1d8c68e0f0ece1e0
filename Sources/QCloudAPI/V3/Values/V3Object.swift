/// The named members of an object in API 3.0, in their order.
///
/// Names are compared byte for byte. ``append(_:_:)`` leaves out nil, as the vendor's SDK leaves out None.
public struct V3Object: Sendable, Equatable {
    /// One name with its value.
    public struct Member: Sendable, Equatable {
        /// The name, for example `InstanceId`.
        public let name: String
        /// The value.
        public let value: V3Value

        /// Makes a member.
        public init(name: String, value: V3Value) {
            self.name = name
            self.value = value
        }
    }

    /// The members in their order.
    public private(set) var members: [Member]

    /// Makes an object from members, keeping their order.
    public init(_ members: [Member] = []) {
        self.members = members
    }

    /// The value of the first member with this name; nil when there is none or when it is null.
    public subscript(name: String) -> V3Value? {
        let value = members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
        return value == .null ? nil : value
    }

    /// Adds a value; nil adds nothing.
    public mutating func append(_ name: String, _ value: V3Value?) {
        guard let value else { return }
        members.append(Member(name: name, value: value))
    }

    /// Adds a text; nil adds nothing.
    public mutating func append(_ name: String, _ value: String?) {
        append(name, value.map(V3Value.text))
    }

    /// Adds a number; nil adds nothing.
    public mutating func append(_ name: String, _ value: Int?) {
        append(name, value.map(V3Value.integer))
    }

    /// Adds a number that may have a fraction; nil adds nothing.
    public mutating func append(_ name: String, _ value: Double?) {
        append(name, value.map(V3Value.number))
    }

    /// Adds a flag; nil adds nothing.
    public mutating func append(_ name: String, _ value: Bool?) {
        append(name, value.map(V3Value.flag))
    }

    /// Adds an array of texts, also an empty one.
    public mutating func append(_ name: String, list: [String]) {
        append(name, V3Value.array(list.map(V3Value.text)))
    }

    /// Adds an array of numbers, also an empty one.
    public mutating func append(_ name: String, list: [Int]) {
        append(name, V3Value.array(list.map(V3Value.integer)))
    }

    /// Adds an array of objects, also an empty one.
    public mutating func append(_ name: String, list: [V3Object]) {
        append(name, V3Value.array(list.map(V3Value.object)))
    }

    /// Adds an array unless it is empty, as for filters.
    mutating func append(_ name: String, nonEmpty list: [String]) {
        if !list.isEmpty { append(name, list: list) }
    }

    /// Adds an array unless it is empty, as for filters.
    mutating func append(_ name: String, nonEmpty list: [Int]) {
        if !list.isEmpty { append(name, list: list) }
    }

    /// Adds an array unless it is empty, as for filters.
    mutating func append(_ name: String, nonEmpty list: [V3Object]) {
        if !list.isEmpty { append(name, list: list) }
    }
}

// MARK: - ExpressibleByDictionaryLiteral

extension V3Object: ExpressibleByDictionaryLiteral {
    /// Makes an object from a literal, keeping its order.
    public init(dictionaryLiteral elements: (String, V3Value)...) {
        self.init(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

// MARK: - Redaction

extension V3Object: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names only, as values may be signed addresses.
    public var description: String { "V3Object(\(members.map(\.name).joined(separator: ", ")))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
