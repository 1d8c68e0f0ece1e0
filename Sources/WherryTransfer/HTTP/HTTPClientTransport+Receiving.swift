import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import WherryCore
package import WherryPluginKit

extension HTTPClientTransport {
    /// Sends one request and passes the body on as it comes, see ``HTTPTransport``.
    package func receive(
        _ request: HTTPExchangeRequest,
        onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse {
        let host = HTTPConnections.host(of: request.url)
        let silence = Silence(longest: request.timeout)
        return try await withThrowingTaskGroup(of: HTTPExchangeResponse?.self) { group in
            group.addTask { try await exchange(request, silence, onHead, receive) }
            group.addTask {
                try await silence.wait()
                return nil
            }
            defer { group.cancelAll() }
            if let response = try await group.next() ?? nil { return response }
            throw Failure(
                .transient,
                code: "http.timeout",
                "\(host) sent nothing, or next to nothing, for \(request.timeout.components.seconds) s.",
                remedy: "Check the address, and that this machine reaches it."
            )
        }
    }

    private func exchange(
        _ request: HTTPExchangeRequest,
        _ silence: Silence,
        _ onHead: @Sendable (HTTPExchangeResponse) throws -> Void,
        _ receive: @Sendable ([UInt8]) async throws -> Void
    ) async throws -> HTTPExchangeResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        do {
            // Not the pool of API calls, whose patience does not stop while we are busy.
            let pool = client.patient.client(authority: request.certificateAuthority)
            let response = try await pool.execute(outgoing, deadline: .distantFuture)
            var answer = HTTPExchangeResponse(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) }
            )
            try await silence.paused(for: nil) { try onHead(answer) }
            guard (200..<300).contains(answer.status) else {
                answer.body = Array(buffer: try await response.body.collect(upTo: request.maximumBytes))
                return answer
            }
            for try await buffer in response.body {
                try await silence.paused(for: buffer.readableBytes) { try await receive(Array(buffer: buffer)) }
            }
            try Task.checkCancellation()
            return answer
        } catch let refusal as Refusal {
            throw refusal.error
        } catch {
            throw HTTPConnections.failure(error, host: HTTPConnections.host(of: request.url))
        }
    }
}

/// What a closure of the caller's threw: passed on as it is.
private struct Refusal: Error {
    let error: any Error
}

/// For how long the other side has brought next to nothing; the time counts only while it is its turn.
private final class Silence: Sendable {
    private struct State {
        /// Since when it is its turn; nil while it is ours.
        var since: ContinuousClock.Instant? = .now
        /// How long it was its turn before, and how much it has brought since that began to count.
        var waited = Duration.zero
        var bytes: Int64 = 0

        var elapsed: Duration { waited + (since.map { .now - $0 } ?? .zero) }
    }

    /// Less than this in a second is next to nothing, in bytes.
    private static let least: Int64 = 1_024

    private let longest: Duration
    private let state = Mutex(State())

    init(longest: Duration) { self.longest = longest }

    /// Runs what is not the other side's turn.
    ///
    /// - Parameter count: how many bytes it has brought; nil for a head, which is enough by itself.
    func paused(for count: Int?, _ body: () async throws -> Void) async throws {
        let enough = max(1, longest.components.seconds) * Self.least
        state.withLock { state in
            state.waited = state.elapsed
            state.since = nil
            state.bytes += Int64(count ?? 0)
            if count == nil || state.bytes >= enough { (state.waited, state.bytes) = (.zero, 0) }
        }
        do {
            try await body()
        } catch {
            throw Refusal(error: error)
        }
        state.withLock { $0.since = .now }
    }

    /// Returns when it has brought next to nothing for too long.
    func wait() async throws {
        while true {
            let left = longest - state.withLock { $0.elapsed }
            if left <= .zero { return }
            try await Task.sleep(for: left)
        }
    }
}
