/// Small HTTP exchanges for provider APIs: a request in, a bounded answer out.
///
/// Backups never pass here.
public protocol HTTPTransport: Sendable {
    /// Sends one request and reads the whole answer.
    ///
    /// - Throws: ``Failure`` of class `transient` when no answer came (code `http.unreachable`, `http.timeout`), or the
    ///   answer was longer than the request's limit.
    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse
}

/// A small HTTP request.
public struct HTTPExchangeRequest: Sendable {
    /// `GET` or `POST`.
    public var method: String
    /// The whole URL, byte for byte as it goes out.
    public var url: String
    /// Header names and values.
    public var headers: [(name: String, value: String)]
    /// The body; empty for none.
    public var body: [UInt8]
    /// How long the whole exchange may take.
    public var timeout: Duration
    /// The longest answer that is read, in bytes.
    public var maximumBytes: Int

    /// A request.
    public init(
        method: String,
        url: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(30),
        maximumBytes: Int = 8 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumBytes = maximumBytes
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
