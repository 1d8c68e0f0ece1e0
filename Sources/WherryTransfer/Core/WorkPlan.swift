/// Who fetches which bytes of one file: blocks from the front, smaller towards the end, and the rest of a slow
/// connection for one that has nothing to do.
///
/// Guided self-scheduling: each block is a share of what is left, so that few requests are needed at first and all
/// connections end together. Blocks are given out front to back, because digest and scan need the bytes in order.
struct WorkPlan: Sendable {
    /// The part of the file that one request was given and has not brought yet.
    struct Claim: Sendable, Hashable {
        /// The next byte to come.
        var position: Int64
        /// Where it is to stop; `.max` while nobody knows the size.
        var end: Int64
    }

    /// Smallest block worth a request of its own, in bytes.
    let minimumBlock: Int64
    /// The size of the file; nil until an answer says it.
    var size: Int64?
    /// What is written.
    private(set) var done: ByteRanges
    private(set) var claims: [ExchangeID: Claim] = [:]

    init(size: Int64?, done: ByteRanges = ByteRanges(), minimumBlock: Int64) {
        self.size = size
        self.done = done
        self.minimumBlock = max(1, minimumBlock)
    }

    /// How many bytes are still to be written; nil while nobody knows the size.
    var missing: Int64? { size.map { $0 - done.count } }

    /// Whether every byte is written.
    var isComplete: Bool { size.map { done.contains(0..<$0) } ?? false }

    /// Whether some bytes are neither written nor claimed.
    var hasFreeWork: Bool { freeGap != nil }

    private var freeGap: Range<Int64>? {
        var taken = done
        for claim in claims.values where claim.end > claim.position { taken.insert(claim.position..<claim.end) }
        return taken.firstGap(from: 0, before: size ?? .max)
    }

    /// Gives the first free bytes to an exchange.
    ///
    /// - Parameters:
    ///   - connections: how many share what is left; one takes the whole gap.
    ///   - limit: the most bytes, however much is left.
    /// - Returns: nil when nothing is free.
    mutating func claim(for id: ExchangeID, sharedBy connections: Int, limit: Int64 = .max) -> Range<Int64>? {
        guard let gap = freeGap else { return nil }
        var length = gap.upperBound - gap.lowerBound
        if connections > 1, let missing {
            length = min(length, max(minimumBlock, missing / Int64(2 * connections)))
        }
        length = min(length, max(limit, minimumBlock))
        let rest = gap.upperBound - gap.lowerBound - length
        // A remainder that is not worth a request of its own goes along.
        if rest > 0, rest < minimumBlock / 2, limit == .max { length += rest }
        let range = gap.lowerBound..<gap.lowerBound + length
        claims[id] = Claim(position: range.lowerBound, end: range.upperBound)
        return range
    }

    /// Gives all bytes to one exchange: its answer brings the whole file.
    mutating func claimAll(for id: ExchangeID) {
        claims = [id: Claim(position: 0, end: size ?? .max)]
    }

    /// Notes written bytes of an exchange.
    mutating func wrote(_ range: Range<Int64>, by id: ExchangeID) {
        done.insert(range)
        if let claim = claims[id] { claims[id]?.position = max(claim.position, range.upperBound) }
    }

    /// An answer that brings less than was asked for.
    mutating func shorten(_ id: ExchangeID, to end: Int64) {
        if let claim = claims[id] { claims[id]?.end = max(claim.position, min(claim.end, end)) }
    }

    /// The exchange is over; what it did not bring is free again.
    mutating func release(_ id: ExchangeID) { claims[id] = nil }

    /// Cuts short what `victim` has left, so that others can take the rest.
    ///
    /// - Parameters:
    ///   - all: take everything; else it keeps its share among `connections`.
    /// - Returns: whether enough is left to be worth it.
    mutating func cut(_ victim: ExchangeID, all: Bool, sharedBy connections: Int) -> Bool {
        guard let claim = claims[victim], claim.end != .max, let missing else { return false }
        let keep = all ? 0 : max(minimumBlock, missing / Int64(2 * max(1, connections)))
        let left = claim.end - claim.position
        guard left > 0, all || left >= keep + minimumBlock else { return false }
        claims[victim]?.end = claim.position + keep
        return true
    }
}

/// Names one request and its answer; never used twice within a transfer.
struct ExchangeID: Sendable, Hashable, Comparable {
    var number: Int

    static func < (left: ExchangeID, right: ExchangeID) -> Bool { left.number < right.number }
}
