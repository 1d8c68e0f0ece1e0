import Logging
import ServiceLifecycle
import UnixSignals
import WherryCore
import WherryServer

/// What `wherry serve` does beside answering: a new certificate on SIGHUP, and word of the end to load balancers.
struct ServeCaretaker: Service {
    let identity: TLSIdentity?
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { reload() }
        } onGracefulShutdown: {
            readiness.drain()
        }
    }

    private func reload() {
        guard let identity else { return logger.info("there is no certificate to read anew") }
        do {
            try identity.reload()
            logger.info("the certificate was read anew")
        } catch {
            let failure = Failure.wrap(error, during: "reading the certificate anew")
            logger.error(
                "the old certificate stays",
                metadata: ["error.code": "\(failure.code)", "error": "\(failure.message)"]
            )
        }
    }
}
