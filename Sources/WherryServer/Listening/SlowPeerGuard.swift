import NIOCore
import NIOHTTPTypes

/// Closes the connection of a client that does not finish its request, or does not take its answer, in time.
///
/// What comes before a request's head is under the connection's idle timeout.
final class SlowPeerGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let requestTime: TimeAmount
    private let stallTime: TimeAmount
    private var request: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    /// - Parameters:
    ///   - requestTime: from a request's head to its end.
    ///   - stallTime: how long the client may take none of the bytes that are ready for it.
    init(requestTime: TimeAmount, stallTime: TimeAmount) {
        self.requestTime = requestTime
        self.stallTime = stallTime
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: request = close(context, after: requestTime)
        case .body: break
        case .end:
            request?.cancel()
            request = nil
        }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = context.channel.isWritable ? nil : close(context, after: stallTime)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    private func cancel() {
        request?.cancel()
        stall?.cancel()
        (request, stall) = (nil, nil)
    }

    private func close(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
