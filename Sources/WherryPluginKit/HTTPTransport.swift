/// HTTP exchanges with provider APIs and object stores: a request in, a bounded answer out.
///
/// Backups are never fetched here; a sink may send one off in parts, and read a copy back.
public protocol HTTPTransport: Sendable {
    /// Sends one request and reads the whole answer.
    ///
    /// - Throws: ``Failure`` of class `transient` when no answer came (code `http.unreachable`, `http.timeout`), or the
    ///   answer was longer than the request's limit.
    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse

    /// Sends one request and passes the body of the answer on as it comes, however long it is.
    ///
    /// The request's `timeout` is how long the server may bring nothing, or next to nothing, not how long all of it may
    /// take. An answer with
    /// another status than 2xx is read whole, as by ``send(_:)``.
    ///
    /// - Parameters:
    ///   - onHead: sees status and headers before any byte of the body; what it throws ends the exchange.
    ///   - receive: takes the next bytes of an answer with status 2xx; the server waits while it works.
    /// - Returns: the answer; its body is empty where `receive` took it.
    /// - Throws: what the closures threw; ``Failure`` as ``send(_:)``.
    func receive(
        _ request: HTTPExchangeRequest,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse
}

extension HTTPTransport {
    /// Reads the answer whole first: no longer ones than the request's limit.
    public func receive(
        _ request: HTTPExchangeRequest,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse {
        let response = try await send(request)
        try onHead(HTTPExchangeResponse(status: response.status, headers: response.headers))
        guard (200..<300).contains(response.status) else { return response }
        if !response.body.isEmpty { try await receive(response.body) }
        return HTTPExchangeResponse(status: response.status, headers: response.headers)
    }
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
