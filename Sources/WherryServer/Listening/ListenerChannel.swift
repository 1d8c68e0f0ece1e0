import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// One client's connection: counted, encrypted where the listener is, then HTTP/1.1.
struct ListenerChannel: ServerChildChannel {
    let http: HTTP1Channel
    let identity: TLSIdentity?
    let counts: ConnectionCounts

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let client = channel.remoteAddress?.ipAddress ?? ""
        let isAdmitted = counts.enter(client)
        if isAdmitted {
            channel.closeFuture.whenComplete { [counts] _ in counts.leave(client) }
        }
        return channel.eventLoop.makeCompletedFuture {
            guard let identity else { return }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity.context))
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map { value in
            // An error here would end the listener itself.
            if !isAdmitted { channel.close(promise: nil) }
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
