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
            let (host, port, source) = (serve.host, serve.port, serve.source)
            let logger = composition.logger
            let application = try await composition.server(serve).application(
                host: host,
                port: port,
                logger: Self.quieter(logger)
            ) { port in
                logger.info("listening", metadata: ["address": "\(host):\(port)", "source": "\(source)"])
            }
            var configuration = ServiceGroupConfiguration(
                services: [.init(service: application)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Self.quieter(logger)
            )
            // Who does not finish a download within that time is cut off; systemd would not wait for ever either.
            configuration.maximumGracefulShutdownDuration = .seconds(25)
            let group = ServiceGroup(configuration: configuration)
            do {
                try await group.run()
            } catch is CancellationError {
                logger.notice("cut off downloads that did not end in time")
            } catch {
                throw Self.failure(error, host: host, port: port)
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

    private static func failure(_ error: any Error, host: String, port: Int) -> any Error {
        if error is Failure || error is CancellationError { return error }
        return Failure(
            .conflict,
            code: "serve.cannot-listen",
            "The server could not listen on \(host):\(port), or stopped: \(type(of: error)).",
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
