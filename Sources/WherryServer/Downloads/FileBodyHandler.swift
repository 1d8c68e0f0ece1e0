import NIOCore
import NIOHTTP1

/// Puts the bytes of files into answers whose head names a ``FileBody``, with `sendfile`.
///
/// Stands between the codec of HTTP types and the encoder of HTTP/1.1. Only for connections without TLS.
final class FileBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let bodies: FileBodies
    private var current: FileBody?

    init(bodies: FileBodies) { self.bodies = bodies }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if let id = head.headers.first(name: FileBody.header).flatMap({ UInt64($0) }) {
                head.headers.remove(name: FileBody.header)
                current = bodies.take(id)
                guard current != nil else {
                    promise?.fail(ChannelError.ioOnClosedChannel)
                    return context.close(promise: nil)
                }
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body(.byteBuffer(var buffer)) where current != nil:
            write(&buffer, context, promise)
        case .body: context.write(data, promise: promise)
        case .end:
            guard let body = current else { return context.write(data, promise: promise) }
            current = nil
            // All regions are written, or will not be, when this is.
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.whenComplete { _ in body.close() }
            context.write(data, promise: written)
        }
    }

    private func write(_ buffer: inout ByteBuffer, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?)
    {
        var regions: [FileRegion] = []
        while let file = current?.opened, let span = FileSpan(from: &buffer) {
            regions.append(
                FileRegion(
                    fileHandle: file,
                    readerIndex: Int(span.offset),
                    endIndex: Int(span.offset + span.count)
                )
            )
        }
        guard let last = regions.popLast() else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return context.close(promise: nil)
        }
        for region in regions { context.write(wrapOutboundOut(.body(.fileRegion(region))), promise: nil) }
        context.write(wrapOutboundOut(.body(.fileRegion(last))), promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        current?.close()
        current = nil
    }
}
