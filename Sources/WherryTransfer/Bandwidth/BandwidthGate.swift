/// Several limits that the same bytes must keep, such as those of a sink, a source and a run.
package struct BandwidthGate: Sendable {
    /// So small that, while bytes wait at one limiter, the others' buckets do not overflow: limits in a row then cost no
    /// more than the lowest of them.
    private static let step = 32_768

    private let limiters: [BandwidthLimiter]

    /// A gate; name the narrowest first, so that what waits there has not yet taken from what more flows share.
    package init(_ limiters: [BandwidthLimiter]) { self.limiters = limiters }

    /// A new flow through all the limiters; it leaves them when the last copy goes.
    package func open(_ label: String) -> Flow { Flow(flows: limiters.map { $0.open(label) }) }

    /// One stream of bytes through a ``BandwidthGate``.
    package struct Flow: Sendable {
        fileprivate let flows: [BandwidthFlow]

        /// Waits until so many bytes may pass everywhere; returns without suspending when there is no limit.
        ///
        /// - Throws: `CancellationError` when the task is cancelled while it waits.
        nonisolated(nonsending) package func wait(for bytes: Int) async throws {
            guard flows.contains(where: \.isLimited) else { return }
            var left = bytes
            while left > 0 {
                let step = min(left, BandwidthGate.step)
                for flow in flows { try await flow.wait(for: step) }
                left -= step
            }
        }
    }
}
