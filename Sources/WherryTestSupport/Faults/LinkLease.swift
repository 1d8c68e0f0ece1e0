import Synchronization
package import WherryCore
package import WherryPluginKit

/// Gives links of a fault server, a new one whenever the old one is refused.
package final class LinkLease: Lease {
    private let server: FaultServer
    private let state = Mutex<(count: Int64, current: IssuedURL?)>((0, nil))

    /// No link is issued yet.
    package init(_ server: FaultServer) { self.server = server }

    package var networks: NetworkChoice { NetworkChoice(preferred: .extranet, fallback: .never) }
    /// How many links were issued.
    package var issues: Int64 { state.withLock { $0.count } }

    package func url(on network: Network) async throws -> IssuedURL {
        state.withLock { state in state.current ?? issue(&state) }
    }

    package func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        state.withLock { state in
            if let current = state.current, current.id > old.id { return current }
            return issue(&state)
        }
    }

    private func issue(_ state: inout (count: Int64, current: IssuedURL?)) -> IssuedURL {
        state.count += 1
        let now = TestClock().now
        let url = IssuedURL(
            id: state.count,
            url: SignedURL(server.issue()),
            network: .extranet,
            issuedAt: now,
            expiresAt: now + .seconds(3_600)
        )
        state.current = url
        return url
    }
}
