import NIOCore
import WherryPluginKit

/// A large body, handed to the connection piece by piece: at any time only one piece of it exists twice.
struct BodyPieces: AsyncSequence, Sendable {
    struct Iterator: AsyncIteratorProtocol {
        var rest: ArraySlice<[UInt8]>

        mutating func next() async -> ByteBuffer? { rest.popFirst().map { ByteBuffer(bytes: $0) } }
    }

    private let pieces: [[UInt8]]

    /// The body of a request that has pieces; nil for any other.
    init?(_ request: HTTPExchangeRequest) {
        guard !request.pieces.isEmpty else { return nil }
        pieces = ([request.body] + request.pieces).filter { !$0.isEmpty }
    }

    /// How many bytes it has.
    var count: Int { pieces.reduce(0) { $0 + $1.count } }

    func makeAsyncIterator() -> Iterator { Iterator(rest: pieces[...]) }
}
