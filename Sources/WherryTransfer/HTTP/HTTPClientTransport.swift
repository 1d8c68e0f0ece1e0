import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import WherryCore
package import WherryPluginKit

/// Exchanges with provider APIs and object stores over async-http-client.
package struct HTTPClientTransport: HTTPTransport {
    let client: HTTPConnections

    /// Uses the connections of `client`.
    package init(_ client: HTTPConnections) { self.client = client }

    /// Sends one request and reads the whole answer, see ``HTTPTransport``.
    package func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if let body = BodyPieces(request) {
            outgoing.body = .stream(body, length: .known(Int64(body.count)))
        } else if !request.body.isEmpty {
            outgoing.body = .bytes(ByteBuffer(bytes: request.body))
        }
        do {
            let deadline = NIODeadline.now() + .milliseconds(request.timeout.wholeMilliseconds)
            let response = try await client.client(for: request).execute(outgoing, deadline: deadline)
            let body = try await response.body.collect(upTo: request.maximumBytes)
            return HTTPExchangeResponse(
                status: Int(response.status.code),
                headers: response.headers.map { ($0.name, $0.value) },
                body: Array(buffer: body)
            )
        } catch is NIOTooManyBytesError {
            throw Failure(
                .corrupt,
                code: "http.too-long",
                "The answer of \(host(of: request.url)) is longer than \(ByteCount(Int64(request.maximumBytes))).",
                remedy: "Check that the endpoint is a provider's API."
            )
        } catch {
            throw HTTPConnections.failure(error, host: host(of: request.url))
        }
    }

    private func host(of url: String) -> String { HTTPConnections.host(of: url) }
}
