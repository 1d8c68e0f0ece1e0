import WherryCore
import WherryPluginKit

/// Signs and sends requests to one bucket.
struct StoreClient: Sendable {
    let address: StoreAddress
    let signer: SignatureV4
    let http: any HTTPTransport
    let clock: any WallClock
    let random: @Sendable () -> UInt64
    /// The authority of the store's certificate; nil for the system's.
    var certificateAuthority: String?
    /// How often a request that may be repeated is sent.
    var tries = 5

    /// Sends a request once.
    ///
    /// - Throws: ``Failure``: of code `s3.unreachable` when nobody knows what became of it, else what the store said.
    func send(_ call: StoreCall) async throws -> HTTPExchangeResponse {
        let response: HTTPExchangeResponse
        do {
            response = try await http.send(signed(call))
        } catch let failure as Failure {
            throw StoreFailure.unreachable(failure)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response, doing: call.doing) }
        return response
    }

    /// Sends a request once and passes the body of its answer on as it comes.
    ///
    /// - Parameters:
    ///   - onHead: sees the answer before its body; what it throws ends the exchange.
    ///   - receive: takes the next bytes of a good answer.
    /// - Throws: as ``send(_:)``, and what the closures threw.
    func receive(
        _ call: StoreCall,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        let response: HTTPExchangeResponse
        do {
            response = try await http.receive(signed(call), onHead: onHead, to: receive)
        } catch let failure as Failure {
            throw StoreFailure.unreachable(failure)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response, doing: call.doing) }
    }

    /// Sends a request that does no harm when it is done twice, again after passing trouble.
    func repeating(_ call: StoreCall) async throws -> HTTPExchangeResponse {
        var pause = RetryPause(tries: tries)
        while true {
            do {
                return try await send(call)
            } catch let failure as Failure {
                // A lost upload does not come back by asking again.
                guard !["s3.no-upload", "s3.parts-lost"].contains(failure.code),
                    let wait = pause.next(after: failure, random: random())
                else { throw failure }
                try await Task.sleep(for: wait)
            }
        }
    }

    /// What the store said, as a failure.
    func refusal(_ response: HTTPExchangeResponse, doing: String) -> Failure {
        let keys = signer.credentials
        return StoreFailure.failure(
            of: response,
            doing: doing,
            host: address.host,
            secrets: [keys.accessKey, keys.secretKey.reveal, keys.sessionToken?.reveal ?? ""]
        )
    }

    private func signed(_ call: StoreCall) -> HTTPExchangeRequest {
        let time = clock.now.compact
        let payload = Hexadecimal.text(call.payload)
        var headers = call.headers
        // The Host header is among them: it goes out as it was signed, whatever the HTTP client makes of the URL.
        headers += [("host", address.host), ("x-amz-content-sha256", payload), ("x-amz-date", time)]
        if let token = signer.credentials.sessionToken { headers.append(("x-amz-security-token", token.reveal)) }
        let path = address.path(call.key)
        let request = SignatureV4.Request(
            method: call.method,
            path: path,
            query: call.query,
            headers: headers,
            payload: payload
        )
        headers.append(("authorization", signer.authorization(for: request, time: time)))
        let query = SignatureV4.canonicalQuery(call.query)
        return HTTPExchangeRequest(
            method: call.method,
            url: "\(address.scheme)://\(address.host)\(path)" + (query.isEmpty ? "" : "?" + query),
            headers: headers,
            pieces: call.pieces,
            timeout: call.timeout,
            maximumBytes: call.maximumBytes,
            certificateAuthority: certificateAuthority
        )
    }
}

/// How long to wait before a request is sent again: exponential with full jitter, bounded in number.
struct RetryPause: Sendable {
    private let tries: Int
    private var failures = 0

    /// So many tries in all.
    init(tries: Int) { self.tries = tries }

    /// The wait after one more failure; nil to give up.
    ///
    /// - Parameter random: 64 random bits.
    mutating func next(after failure: Failure, random: UInt64) -> Duration? {
        guard failure.failureClass.isRetryable else { return nil }
        failures += 1
        guard failures < tries else { return nil }
        let bound = min(Duration.seconds(20), .milliseconds(400) * (1 << min(failures - 1, 10)))
        // A store that says to come back much later is asked by another run.
        if let asked = failure.retryAfter, asked > .seconds(60) { return nil }
        return max(failure.retryAfter ?? .zero, bound * (Double(random >> 11) * 0x1p-53))
    }
}
