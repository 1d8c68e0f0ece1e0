import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
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

    /// - Returns: whether the connection was closed since.
    private func read(_ parts: HTTPRequestPart...) throws -> () -> Bool {
        let isClosed = Flag()
        channel.closeFuture.whenComplete { _ in isClosed.raise() }
        for part in parts { channel.pipeline.fireChannelRead(part) }
        channel.pipeline.fireChannelReadComplete()
        return { isClosed.isUp }
    }

    private let head = HTTPRequestPart.head(HTTPRequest(method: .post, scheme: "http", authority: "here", path: "/"))

    @Test func oneThatDoesNotEndItsRequestIsGivenUp() throws {
        let isClosed = try read(head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        channel.pipeline.fireChannelRead(HTTPRequestPart.body(ByteBuffer(string: "a")))
        channel.pipeline.fireChannelReadComplete()
        #expect(!isClosed())
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(isClosed())
    }

    @Test func oneWhoseRequestIsWholeMayTakeItsTime() throws {
        let isClosed = try read(head, .end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(!isClosed())
    }

    @Test func oneThatEndsItsRequestLateMayTakeItsTimeWithTheNext() throws {
        let isClosed = try read(head)
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        for part in [HTTPRequestPart.end(nil), head] { channel.pipeline.fireChannelRead(part) }
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        #expect(!isClosed())
        channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        #expect(isClosed())
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
