import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization
import Testing

@testable import WherryServer

/// When a client that takes its answer slowly is given up.
struct SlowPeerGuardTests {
    private let channel = EmbeddedChannel(
        handler: SlowPeerGuard(requestTime: .seconds(30), stallTime: .seconds(120))
    )

    /// Three pieces of an answer wait, and there is no room for more.
    ///
    /// - Returns: whether the connection was closed since.
    private func fill() -> () -> Bool {
        let isClosed = Flag()
        channel.closeFuture.whenComplete { _ in isClosed.raise() }
        for _ in 0..<3 { channel.write(ByteBuffer(string: "piece"), promise: nil) }
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        return { isClosed.isUp }
    }

    private static let request = "POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n"

    /// A client that sends pieces of requests, each so many seconds after the one before.
    ///
    /// - Returns: after how many seconds the connection was closed, at most 200.
    private func seconds(_ pieces: (after: Int64, text: String)...) throws -> Int64 {
        let channel = EmbeddedChannel()
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(SlowPeerGuard(requestTime: .seconds(30), stallTime: .seconds(120)))
        let isClosed = Flag()
        channel.closeFuture.whenComplete { _ in isClosed.raise() }
        var pieces = pieces[...]
        var next = pieces.first?.after
        for second in Int64(0)...200 {
            if isClosed.isUp { return second }
            while next == second, let piece = pieces.popFirst() {
                try channel.writeInbound(ByteBuffer(string: piece.text))
                next = pieces.first.map { second + $0.after }
            }
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        return 200
    }

    @Test func oneThatDoesNotEndItsRequestIsGivenUp() throws {
        #expect(try seconds((0, Self.request)) == 30)
        #expect(try seconds((0, Self.request), (29, "a")) == 30)
    }

    @Test func oneWhoseRequestIsWholeMayTakeItsTime() throws {
        #expect(try seconds((0, Self.request + "ab")) == 200)
        #expect(try seconds((0, Self.request), (20, "a"), (5, "b")) == 200)
    }

    @Test func oneThatEndsItsRequestLateMayTakeItsTimeWithTheNext() throws {
        #expect(try seconds((0, Self.request), (20, "ab" + Self.request)) == 50)
    }

    @Test func oneThatTakesNothingIsGivenUp() {
        let isClosed = fill()
        channel.embeddedEventLoop.advanceTime(by: .seconds(119))
        #expect(!isClosed())
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(isClosed())
    }

    @Test func oneThatTakesSomethingIsGivenMoreTime() {
        let isClosed = fill()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        channel.flush()
        channel.embeddedEventLoop.advanceTime(by: .seconds(61))
        #expect(!isClosed())
        channel.embeddedEventLoop.advanceTime(by: .seconds(120))
        #expect(isClosed())
    }
}

private final class Flag: Sendable {
    private let state = Mutex(false)

    var isUp: Bool { state.withLock { $0 } }

    func raise() { state.withLock { $0 = true } }
}
