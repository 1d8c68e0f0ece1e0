import Synchronization

/// Whether the server wants new requests.
package final class Readiness: Sendable {
    private let draining = Mutex(false)

    /// Not draining.
    package init() {}

    /// Whether it is about to stop, so that a load balancer should look elsewhere.
    var isDraining: Bool { draining.withLock { $0 } }

    /// Says that it is about to stop.
    package func drain() { draining.withLock { $0 = true } }
}
