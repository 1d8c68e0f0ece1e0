import Logging
import ServiceLifecycle
import UnixSignals
import WherryCore
import WherryServer

/// What `wherry serve` does beside answering: a new certificate and a new access log on SIGHUP, and word of the end to load balancers.
struct ServeCaretaker: Service {
    let identity: TLSIdentity?
    let accessLog: AccessLog?
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
                await reopen()
                reload()
            }
        } onGracefulShutdown: {
            readiness.drain()
        }
    }

    private func reopen() async {
        guard let accessLog else { return }
        do {
            try await accessLog.reopen()
            logger.info("the access log was opened anew")
        } catch {
            tell("the old access log stays in use", Failure.wrap(error, during: "opening the access log anew"))
        }
    }

    private func reload() {
        guard let identity else {
            if accessLog == nil { logger.info("there is no certificate to read anew") }
            return
        }
        do {
            try identity.reload()
            logger.info("the certificate was read anew")
        } catch {
            tell("the old certificate stays", Failure.wrap(error, during: "reading the certificate anew"))
        }
    }

    private func tell(_ consequence: Logger.Message, _ failure: Failure) {
        logger.error(consequence, metadata: ["error.code": "\(failure.code)", "error": "\(failure.message)"])
    }
}
