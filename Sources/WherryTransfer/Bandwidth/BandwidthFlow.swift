/// One stream of bytes below a ``BandwidthLimiter``, such as one file; flows share its limit fairly.
///
/// It leaves when its last reference goes.
package final class BandwidthFlow: Sendable {
    /// What it is, for people.
    package let label: String
    private let limiter: BandwidthLimiter
    private let id: FairShare.FlowID

    init(label: String, limiter: BandwidthLimiter, id: FairShare.FlowID) {
        self.label = label
        self.limiter = limiter
        self.id = id
    }

    deinit { limiter.close(id) }

    /// Whether bytes may have to wait at this moment.
    package var isLimited: Bool { limiter.isLimited }

    /// Waits until so many bytes may pass; returns without suspending when there is no limit.
    ///
    /// Requests of one flow are served in order. A request is not lost when it is larger than a burst: it takes its time.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits; the bytes then go to others.
    nonisolated(nonsending) package func wait(for bytes: Int) async throws {
        guard bytes > 0, isLimited else { return }
        try await limiter.admit(bytes, of: id)
    }
}
