/// An HTTP request of API 3.0: what a server received, or what a client is to send.
public struct V3Message: Sendable, Equatable {
    /// One header field.
    public struct Header: Sendable, Equatable {
        /// The name in any case.
        public let name: String
        /// The value.
        public let value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The method.
    public let verb: CRSVerb
    /// The path, `/` with every known client.
    public let path: String
    /// The query as it is on the wire, still encoded and without its `?`; the signature covers these bytes.
    public let query: String
    /// The header fields, `Host` included.
    public let headers: [Header]
    /// The body.
    public let body: [UInt8]

    /// Makes a message.
    ///
    /// - Parameter headers: with `Host` exactly as on the wire. The vendor's tccli sends a whole URL there when its
    ///   endpoint is one, and signs it so.
    public init(verb: CRSVerb, path: String = V3Wire.path, query: String = "", headers: [Header], body: [UInt8] = []) {
        self.verb = verb
        self.path = path.isEmpty ? V3Wire.path : path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The values of all fields with this name, without blanks at their ends.
    public func values(of name: String) -> [String] {
        let wanted = V3Text.lowercased(name)
        return headers.filter { V3Text.lowercased($0.name) == wanted }.map { V3Text.trimmed($0.value) }
    }

    /// The value of the only field with this name; nil when there is none, several, or an empty one.
    func single(_ name: String) -> String? {
        let values = values(of: name)
        return values.count == 1 && values[0] != "" ? values[0] : nil
    }
}

// MARK: - Redaction

extension V3Message: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method and path, without query, headers and body, which may hold signatures and tokens.
    public var description: String { "V3Message(\(verb.rawValue) \(path))" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
