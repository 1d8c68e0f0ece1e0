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
        let silence = Silence()
        return try await withThrowingTaskGroup(of: HTTPExchangeResponse?.self) { group in
            group.addTask { try await exchange(request, silence, onHead, receive) }
            group.addTask {
                try await silence.wait(longest: request.timeout)
                return nil
            }
            defer { group.cancelAll() }
            if let response = try await group.next() ?? nil { return response }
            throw Failure(
                .transient,
                code: "http.timeout",
                "\(host) was silent for \(request.timeout.components.seconds) s.",
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
            try await silence.paused { try onHead(answer) }
            guard (200..<300).contains(answer.status) else {
                answer.body = Array(buffer: try await response.body.collect(upTo: request.maximumBytes))
                return answer
            }
            for try await buffer in response.body {
                try await silence.paused { try await receive(Array(buffer: buffer)) }
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

/// Since when the other side has said nothing; it counts only while it is its turn.
private final class Silence: Sendable {
    private let since = Mutex<ContinuousClock.Instant?>(.now)

    /// Runs what is not the other side's turn.
    func paused(_ body: () async throws -> Void) async throws {
        since.withLock { $0 = nil }
        do {
            try await body()
        } catch {
            throw Refusal(error: error)
        }
        since.withLock { $0 = .now }
    }

    /// Returns when it was silent for so long.
    func wait(longest: Duration) async throws {
        while true {
            let end = (since.withLock { $0 } ?? .now) + longest
            if end <= .now { return }
            try await Task.sleep(until: end, clock: .continuous)
        }
    }
}
