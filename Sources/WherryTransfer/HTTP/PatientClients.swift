import AsyncHTTPClient
import NIOCore
import NIOSSL
import Synchronization
import WherryPluginKit

/// Connections to servers that may think for long, or whose certificates come from an authority of their own: one pool
/// for each authority, opened with the first request that needs it.
final class PatientClients: Sendable {
    private let pools = Mutex<[String: HTTPClient]>([:])

    /// The pool for an authority's PEM file; nil for the system's authorities.
    func client(authority: String?) -> HTTPClient {
        pools.withLock { pools in
            if let pool = pools[authority ?? ""] { return pool }
            var configuration = HTTPClient.Configuration()
            if let authority {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .file(authority)
                configuration.tlsConfiguration = tls
            }
            configuration.redirectConfiguration = .disallow
            configuration.decompression = .disabled
            configuration.timeout.connect = .seconds(10)
            // A connection that takes nothing for so long is dead.
            configuration.timeout.write = .seconds(60)
            configuration.connectionPool.idleTimeout = .seconds(20)
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
            configuration.connectionPool.retryConnectionEstablishment = false
            configuration.httpVersion = .http1Only
            configuration.tracing.tracer = nil
            let pool = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            pools[authority ?? ""] = pool
            return pool
        }
    }

    /// Closes all of them.
    func shutdown() async throws {
        let open = pools.withLock { pools in
            defer { pools = [:] }
            return Array(pools.values)
        }
        for pool in open { try await pool.shutdown() }
    }
}

extension HTTPConnections {
    /// The pool that serves a request.
    func client(for request: HTTPExchangeRequest) -> HTTPClient {
        guard request.certificateAuthority != nil || request.timeout > .seconds(30) else { return api }
        return patient.client(authority: request.certificateAuthority)
    }
}
