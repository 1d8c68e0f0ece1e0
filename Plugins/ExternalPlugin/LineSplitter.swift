/// Cuts a stream of bytes into lines of a bounded length: pure.
package struct LineSplitter: Sendable {
    private let limit: Int
    private var rest: [UInt8] = []

    /// A splitter.
    ///
    /// - Parameter limit: the longest line without its end, in bytes.
    package init(limit: Int) { self.limit = limit }

    /// What lies behind the last line's end; not empty when the stream ended within a line.
    package var remainder: [UInt8] { rest }

    /// The lines that these bytes complete, without their ends; a carriage return before the end belongs to it.
    ///
    /// - Parameter lines: gets each line; never more than `limit` bytes are kept.
    /// - Returns: false when a line is too long; nothing more is to be taken then.
    package mutating func take(_ bytes: some Collection<UInt8>, lines: ([UInt8]) throws -> Void) rethrows -> Bool {
        var piece = bytes[...]
        while let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
            guard rest.count + piece.distance(from: piece.startIndex, to: end) <= limit + 1 else { return false }
            rest += piece[..<end]
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            guard rest.count <= limit else { return false }
            let line = rest
            rest = []
            try lines(line)
            piece = piece[piece.index(after: end)...]
        }
        guard rest.count + piece.count <= limit + 1 else { return false }
        rest += piece
        return true
    }
}
