/// How hard a transfer tries.
package struct TransferSettings: Sendable {
    /// The most connections at once for one file, 1 at least.
    package var connections = 8
    /// Whether it starts with one connection and adds more only while they make it faster.
    package var isAdaptive = true
    /// The size of the first request, in bytes: a file that fits needs no other.
    package var firstBlock: Int64 = 8 << 20
    /// How many bytes of a file may wait in memory for its digest and scan, as far as all files together have room;
    /// others are read back.
    package var scanMemory = 4 << 20
    /// The smallest part worth a request of its own, in bytes.
    package var minimumBlock: Int64 = 1 << 20
    /// How long a connection may bring nothing before it is given up.
    package var stallTimeout: Duration = .seconds(30)
    /// A connection that brings less, in bytes per second over ``stallTimeout``, has stalled too.
    package var minimumRate: Int64 = 1_024
    /// How failures in a row are borne.
    package var backoff = Backoff()
    /// How long to wait before a server that refused a fresh URL, or has no place for another connection, is asked
    /// again.
    package var refusalPause: Duration = .seconds(1)
    /// A server that says to come back later than this is taken at its word: by another run.
    package var longestWait: Duration = .seconds(300)
    /// How often a file may begin anew.
    package var restarts = 4
    /// Bytes must come in order and none twice: they are passed on as they come.
    package var isOrdered = false

    /// The usual ones.
    package init() {}
}
