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
    private var isWithinRequest = false
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
        case .head: isWithinRequest = true
        case .body: break
        case .end:
            isWithinRequest = false
            request?.cancel()
            request = nil
        }
        context.fireChannelRead(data)
    }

    /// Most requests come whole, and need no time set.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isWithinRequest, request == nil { request = close(context, after: requestTime) }
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stall?.cancel()
        stall = context.channel.isWritable ? nil : watch(context, from: waiting(context))
        context.fireChannelWritabilityChanged()
    }

    /// Bytes that a client takes in the time at least.
    private static let least = 32 << 10

    /// Closes the connection unless the client has taken enough of `count` bytes when the time is over.
    private func watch(_ context: ChannelHandlerContext, from count: Int) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: stallTime) { [self] in
            let left = waiting(context)
            guard left < count, left == 0 || left <= count - Self.least else { return context.close(promise: nil) }
            stall = watch(context, from: left)
        }
    }

    /// How many bytes are ready for the client and not taken.
    private func waiting(_ context: ChannelHandlerContext) -> Int {
        // A channel that cannot tell counts as one where nothing moves.
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? .max
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    private func cancel() {
        request?.cancel()
        stall?.cancel()
        (request, stall, isWithinRequest) = (nil, nil, false)
    }

    private func close(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
