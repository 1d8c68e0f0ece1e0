/// The network a ``FaultServer`` imitates; by default as fast as the machine.
package struct FaultSettings: Sendable {
    /// Bytes a second on each connection; nil is unlimited.
    package var connectionRate: Int64?
    /// Bytes a second on all connections together; nil is unlimited.
    package var totalRate: Int64?
    /// The wait before each head, as if for the way and the server's work.
    package var latency: Duration
    /// How far the `Date` header is from the machine's clock, on top of the behavior's own skew.
    package var clockOffset: Duration
    /// What an issued link lives when ``FaultServer/issue(life:requests:)`` says nothing; nil is forever.
    package var linkLife: Duration?
    /// The kernel's send buffer in bytes: what may be counted as sent and never arrive.
    package var sendBuffer: Int32

    /// The defaults are an unlimited network without delay.
    package init(
        connectionRate: Int64? = nil,
        totalRate: Int64? = nil,
        latency: Duration = .zero,
        clockOffset: Duration = .zero,
        linkLife: Duration? = nil,
        sendBuffer: Int32 = 128 << 10
    ) {
        precondition(connectionRate.map { $0 > 0 } ?? true, "A rate is at least one byte a second.")
        precondition(totalRate.map { $0 > 0 } ?? true, "A rate is at least one byte a second.")
        self.connectionRate = connectionRate
        self.totalRate = totalRate
        self.latency = latency
        self.clockOffset = clockOffset
        self.linkLife = linkLife
        self.sendBuffer = sendBuffer
    }
}
