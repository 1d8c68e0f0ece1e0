import ArgumentParser
import Logging
import ServiceLifecycle
import UnixSignals
import WherryCatalog
import WherryCore
import WherryServer

/// The command `wherry serve`.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer the provider's API and serve the depot's files until stopped.",
        discussion: """
            Clients of the provider's API can be pointed here: API 3.0 under /, API 2.0 under /v2/index.php, signed with
            the keys of serve: in the configuration.

            EXAMPLES
              wherry serve
              wherry serve --listen 127.0.0.1:9000

            SIGTERM and SIGINT let running downloads end, for 25 seconds at most. SIGHUP reads the certificate and
            opens the access log anew.
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "Where to listen, in place of serve.listen in the configuration.")
    var listen: ListenArgument?

    func run() async throws {
        try await Composition.with(global, logLevel: .info) { composition in
            guard var serve = composition.config.serve else {
                throw Failure(
                    .configuration,
                    code: "config.no-serve",
                    "The configuration has no serve: section.",
                    remedy: "Add one with source: and keys:, see wherry init."
                )
            }
            if let listen {
                // Plain http was allowed for the address of the file, not for any other.
                if serve.host != listen.host, !ConfigCheck.isLoopback(listen.host) { serve.allowsPlainHTTP = false }
                serve.host = listen.host
                serve.port = listen.port
            }
            let logger = composition.logger
            let identity = try serve.tls.map { try TLSIdentity(certificate: $0.certificate, key: $0.key) }
            let readiness = Readiness()
            let accessLog = try composition.accessLog(serve)
            defer { accessLog?.finish() }
            let server = try await composition.server(serve, readiness: readiness, accessLog: accessLog)
            let quiet = Self.quieter(logger)
            let listeners = Self.listeners(serve, identity)
            let source = serve.source
            var services = listeners.map { listener in
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: server.application(listener, logger: quiet) { port in
                        var words: Logger.Metadata = ["address": "\(listener.host):\(port)", "source": "\(source)"]
                        words["scheme"] = listener.identity == nil ? "http" : "https"
                        if let network = listener.network { words["network"] = "\(network.rawValue)" }
                        logger.info("listening", metadata: words)
                    }
                )
            }
            let caretaker = ServeCaretaker(
                identity: identity,
                accessLog: accessLog,
                readiness: readiness,
                logger: logger
            )
            services.insert(.init(service: server.tasks), at: 0)
            // What comes first is stopped last.
            if let accessLog { services.insert(.init(service: accessLog), at: 0) }
            services.append(.init(service: caretaker))
            var configuration = ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
            // Who does not finish a download within that time is cut off; systemd would not wait for ever either.
            configuration.maximumGracefulShutdownDuration = .seconds(25)
            let group = ServiceGroup(configuration: configuration)
            do {
                try await group.run()
            } catch is CancellationError {
                logger.notice("cut off downloads that did not end in time")
            } catch {
                throw Self.failure(error, listeners)
            }
            logger.info("stopped")
        }
    }

    /// The libraries' own words are for debugging; ours say the same in fewer lines.
    private static func quieter(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }

    /// Where to listen: on one address for both networks, or on one for each.
    private static func listeners(_ serve: ServeConfig, _ identity: TLSIdentity?) -> [ServerListener] {
        var main = ServerListener(host: serve.host, port: serve.port, identity: identity)
        guard let intranet = serve.intranetListen else { return [main] }
        main.network = .extranet
        return [
            main,
            ServerListener(host: intranet.host, port: intranet.port, network: .intranet, identity: identity),
        ]
    }

    private static func failure(_ error: any Error, _ listeners: [ServerListener]) -> any Error {
        if error is Failure || error is CancellationError { return error }
        let addresses = listeners.map { "\($0.host):\($0.port)" }.joined(separator: " and ")
        return Failure(
            .conflict,
            code: "serve.cannot-listen",
            "The server could not listen on \(addresses), or stopped: \(type(of: error)).",
            remedy: "Another program may have the port; name another one with --listen."
        )
    }
}

/// `HOST:PORT` on the command line; an IPv6 address stands in brackets.
struct ListenArgument: ExpressibleByArgument {
    let host: String
    let port: Int

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (0...65_535).contains(port), colon > argument.startIndex
        else { return nil }
        let host = argument[..<colon]
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
        self.port = port
    }
}
