import AsyncHTTPClient
import Logging
import NIOCore
import NIOPosix
import WherryCore

/// The process's HTTP connections: one pool for API calls, one for downloads, closed together.
package struct HTTPConnections: Sendable {
    let api: HTTPClient
    let downloads: HTTPClient
    /// Downloads, each over a connection of its own.
    let single: HTTPClient
    /// Exchanges that may take long, or that trust another authority than the system's.
    let patient = PatientClients()
    /// How many of the downloads' connections go to one host, and when.
    let budget = HostBudget(most: 64)
    /// Room in memory for bytes that wait for their scan, shared by all files.
    let scanBudget = MemoryBudget(most: 32 << 20)
    /// Looks after the exchanges of small files.
    let watch = ExchangeWatch()
    /// Makes the files durable that came over them.
    let publisher = Publisher()

    /// Opens both pools, runs `body` and closes them whatever happens.
    package static func with<Value: Sendable>(
        _ body: (HTTPConnections) async throws -> Value
    ) async throws -> Value {
        let connections = HTTPConnections()
        return try await withThrowingDiscardingTaskGroup(returning: Value.self) { group in
            group.addTask { await connections.watch.run() }
            defer { group.cancelAll() }
            do {
                let value = try await body(connections)
                try await connections.shutdown()
                return value
            } catch {
                // The first error is the one that matters; a pool that will not close cannot be helped.
                try? await connections.shutdown()
                throw error
            }
        }
    }

    private init() {
        var configuration = HTTPClient.Configuration()
        // A provider that redirects a signed request sends it somewhere nobody agreed to.
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(30)
        configuration.connectionPool.idleTimeout = .seconds(30)
        // As many as a job may have backups under way: a transfer never waits for another's connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // A refused connection is told at once: who tries again, and over which network, is decided above.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.maximumUsesPerConnection = nil
        // Nobody listens, and each request would be told of.
        configuration.tracing.tracer = nil
        api = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        // Large reads for large files; a transfer itself tells a slow connection from a dead one.
        configuration.timeout.read = nil
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        let open = OpenConnections()
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.closeFuture.whenComplete { _ in open.closed() }
            return channel.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 16 << 10,
                    initial: 64 << 10,
                    maximum: open.opened()
                )
            )
        }
        downloads = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.maximumUsesPerConnection = 1
        single = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private func shutdown() async throws {
        try await downloads.shutdown()
        try await single.shutdown()
        try await patient.shutdown()
        try await api.shutdown()
    }

    /// The `host:port` part of a URL, for messages; never more of it.
    package static func host(of url: String) -> String {
        // Asked for with every request: by bytes, not by characters.
        let bytes = url.utf8
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
            let start = bytes.index(slash, offsetBy: 2, limitedBy: bytes.endIndex),
            bytes[..<start].suffix(3).elementsEqual("://".utf8)
        else { return "the server" }
        let authority = bytes[start...]
            .prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let afterUser = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[authority.index(after: $0)...] }
        return String(afterUser ?? authority).flatMap { $0.isEmpty ? nil : $0 } ?? "the server"
    }

    /// A connection error as a failure.
    ///
    /// Nothing of the URL but its host is in it.
    static func failure(_ error: any Error, host: String) -> any Error {
        if error is CancellationError { return error }
        if let failure = error as? Failure { return failure }
        let remedy = "Check the address, and that this machine reaches it."
        if let error = error as? HTTPClientError {
            switch error {
            case .cancelled: return CancellationError()
            case .readTimeout, .deadlineExceeded, .writeTimeout:
                return Failure(.transient, code: "http.timeout", "\(host) did not answer in time.", remedy: remedy)
            case .getConnectionFromPoolTimeout:
                return Failure(
                    .transient,
                    code: "http.busy",
                    "No connection to \(host) became free in time.",
                    remedy: "Lower the job's concurrency."
                )
            case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout:
                return Failure(
                    .transient,
                    code: "http.unreachable",
                    "No connection to \(host) could be made in time.",
                    remedy: remedy
                )
            case .remoteConnectionClosed, .uncleanShutdown:
                return Failure(.transient, code: "http.cut", "\(host) closed the connection early.", remedy: remedy)
            case .invalidURL, .emptyHost, .emptyScheme:
                return Failure(
                    .corrupt,
                    code: "http.bad-url",
                    "The URL of \(host) cannot be used: \(error.shortDescription).",
                    remedy: "Look at what the provider issued."
                )
            default:
                return Failure(
                    .transient,
                    code: "http.protocol",
                    "The exchange with \(host) failed: \(error.shortDescription).",
                    remedy: remedy
                )
            }
        }
        if let error = error as? NIOConnectionError {
            let reason = error.connectionErrors.first.map { Self.reason($0.error) } ?? "the name was not found"
            return Failure(
                .transient,
                code: "http.unreachable",
                "No connection to \(host) could be made: \(reason).",
                remedy: remedy
            )
        }
        // The types belong to a library of a library; its module's name is all that can be asked for.
        if String(reflecting: type(of: error)).hasPrefix("NIOSSL.") {
            let words = String(describing: error).lowercased()
            guard words.contains("certificate") || words.contains("hostname") else {
                return Failure(
                    .transient,
                    code: "http.cut",
                    "\(host) broke off the TLS connection.",
                    remedy: remedy
                )
            }
            return Failure(
                .configuration,
                code: "http.tls",
                "\(host) could not prove who it is: its certificate is not trusted here, or not for this name.",
                remedy: "Install the certificate's authority on this machine, or correct the address."
            )
        }
        if let error = error as? IOError, SystemError.meansUnreachable(error.errnoCode) {
            return Failure(
                .transient,
                code: "http.unreachable",
                "No connection to \(host) could be made: \(Self.reason(error)).",
                remedy: remedy
            )
        }
        return Failure(
            .transient,
            code: error is IOError ? "http.cut" : "http.protocol",
            "The exchange with \(host) failed: \(Self.reason(error)).",
            remedy: remedy
        )
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(type(of: error))" }
        return SystemError.text(error.errnoCode)
    }
}
