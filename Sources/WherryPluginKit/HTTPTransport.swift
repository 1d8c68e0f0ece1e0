/// HTTP exchanges with provider APIs and object stores: a request in, a bounded answer out.
///
/// Backups are never fetched here; a sink may send one off in parts.
public protocol HTTPTransport: Sendable {
    /// Sends one request and reads the whole answer.
    ///
    /// - Throws: ``Failure`` of class `transient` when no answer came (code `http.unreachable`, `http.timeout`), or the
    ///   answer was longer than the request's limit.
    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse
}

/// An HTTP request.
public struct HTTPExchangeRequest: Sendable {
    /// `GET`, `HEAD`, `POST`, `PUT` or `DELETE`.
    public var method: String
    /// The whole URL, byte for byte as it goes out.
    public var url: String
    /// Header names and values.
    public var headers: [(name: String, value: String)]
    /// The body; empty for none.
    public var body: [UInt8]
    /// What follows ``body``, piece after piece: for large bodies, which are never copied together.
    public var pieces: [[UInt8]]
    /// How long the whole exchange may take; beyond 30 seconds the server may also be silent for so long.
    public var timeout: Duration
    /// The longest answer that is read, in bytes.
    public var maximumBytes: Int
    /// A PEM file with the authorities that the server's certificate may come from, in place of the system's; nil for
    /// these.
    public var certificateAuthority: String?

    /// A request.
    public init(
        method: String,
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        pieces: [[UInt8]] = [],
        timeout: Duration = .seconds(30),
        maximumBytes: Int = 8 << 20,
        certificateAuthority: String? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.pieces = pieces
        self.timeout = timeout
        self.maximumBytes = maximumBytes
        self.certificateAuthority = certificateAuthority
    }
}

/// A small HTTP answer.
public struct HTTPExchangeResponse: Sendable {
    /// The status.
    public var status: Int
    /// Header names and values as received.
    public var headers: [(name: String, value: String)]
    /// The body.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of a header, its name compared without case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
