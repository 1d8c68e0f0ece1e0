import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypesHTTP1
import NIOSSL

/// One client's connection: counted, encrypted where the listener is, then HTTP/1.1.
struct ListenerChannel: ServerChildChannel {
    let http: HTTP1Channel
    let identity: TLSIdentity?
    let counts: ConnectionCounts
    let bodies: FileBodies?

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
        }.flatMapThrowing { value in
            if let bodies {
                // What waits are references to files: the next part stands ready when the system has taken one.
                let mark = ChannelOptions.Types.WriteBufferWaterMark(low: FileSpan.usual, high: 2 * FileSpan.usual)
                try channel.syncOptions?.setOption(.writeBufferWaterMark, value: mark)
                let pipeline = channel.pipeline.syncOperations
                let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
                try pipeline.addHandler(FileBodyHandler(bodies: bodies), position: .before(codec))
            }
            // An error here would end the listener itself.
            if !isAdmitted { channel.close(promise: nil) }
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
