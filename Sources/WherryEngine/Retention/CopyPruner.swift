package import WherryCatalog
package import WherryCore
package import WherryPluginKit

/// Removes the copies from a sink that its policy does not keep.
///
/// Copies of one instance are judged together, and only while the newest of them is seen to be there: a sink that lost
/// it, or where nobody can look, keeps what else it has. Only who holds the run lock may remove.
package struct CopyPruner: Sendable {
    /// What is to become of a copy.
    package struct Decision: Sendable, Hashable {
        /// The copy.
        package var copy: StoredCopy
        /// Why it is kept, in words; empty when it may go.
        package var reasons: [String]
    }

    /// The copies of one instance in one sink.
    package struct Group: Sendable, Hashable {
        /// The source of the instance.
        package var source: SourceName
        /// The instance.
        package var instance: Instance.ID
        /// The newest first.
        package var decisions: [Decision]

        /// What may go, the oldest first.
        package var leaving: [StoredCopy] { decisions.filter(\.reasons.isEmpty).map(\.copy).reversed() }
    }

    /// What came of it.
    package struct Outcome: Sendable {
        /// What was removed.
        package var removed: [StoredCopy] = []
        /// Why copies that may go are still there: one for each instance or copy.
        package var failures: [Failure] = []
        /// Makes an outcome of nothing.
        package init() {}
    }

    private let catalog: Catalog
    private let clock: any WallClock
    private let zone: ZoneOffset

    /// A pruner.
    ///
    /// - Parameter zone: whose days, weeks and months count.
    package init(catalog: Catalog, clock: any WallClock, zone: ZoneOffset) {
        self.catalog = catalog
        self.clock = clock
        self.zone = zone
    }

    /// What the policy says of everything that a sink has.
    package func decide(_ sink: SinkName, by policy: KeepPolicy) async throws -> [Group] {
        let copies = try await catalog.copies(in: sink)
        let byInstance = Dictionary(grouping: copies) { Place(source: $0.source, instance: $0.key.instance) }
        return byInstance.sorted { $0.key < $1.key }.map { place, copies in
            let sorted = copies.sorted { ($0.startedAt, $0.backup) > ($1.startedAt, $1.backup) }
            let reasons = policy.reasons(for: sorted.map(\.startedAt), in: zone)
            return Group(
                source: place.source,
                instance: place.instance,
                decisions: zip(sorted, reasons).map { Decision(copy: $0, reasons: $1) }
            )
        }
    }

    /// Removes what may go, and notes each in the catalog.
    ///
    /// - Throws: `CancellationError`; the trouble of one copy is told in the outcome and keeps no other from its turn.
    package func prune(
        _ groups: [Group],
        from sink: any Sink,
        named name: SinkName,
        onRemoval: (StoredCopy) -> Void = { _ in }
    ) async throws -> Outcome {
        var outcome = Outcome()
        for group in groups where !group.leaving.isEmpty {
            if let failure = try await reasonToWait(group, sink, name) {
                outcome.failures.append(failure)
                continue
            }
            for copy in group.leaving {
                try Task.checkCancellation()
                do {
                    try await sink.remove(copy.receipt)
                    // What is removed and not noted is removed once more the next time, which sinks bear.
                    try await catalog.noteRemoved(copy.delivery, at: clock.now)
                    outcome.removed.append(copy)
                    onRemoval(copy)
                } catch {
                    let failure = Failure.wrap(error, during: "removing the copy of \(copy.key) from \(name)")
                    if failure.failureClass == .cancelled { throw CancellationError() }
                    outcome.failures.append(failure)
                }
            }
        }
        return outcome
    }

    /// Why nothing of an instance may be removed now; nil when its newest copy is there.
    private func reasonToWait(_ group: Group, _ sink: any Sink, _ name: SinkName) async throws -> Failure? {
        guard let newest = group.decisions.first?.copy else { return nil }
        let presence: Presence
        do {
            presence = try await sink.presence(of: newest.receipt)
        } catch let failure as Failure where failure.failureClass != .cancelled {
            presence = .unknown(failure.message)
        }
        switch presence {
        case .present: return nil
        case .absent:
            return Failure(
                .corrupt,
                code: "keep.newest-gone",
                "The newest copy of \(group.instance) is gone from \(name): nothing older was removed.",
                remedy: "Have it delivered again: wherry deliveries check --again, then wherry run."
            )
        case .unknown(let reason):
            return Failure(
                .transient,
                code: "keep.newest-unknown",
                "Nobody could look whether \(name) has the newest copy of \(group.instance), so nothing was removed: "
                    + reason,
                remedy: "Try again when the sink can be reached: wherry prune --copies."
            )
        }
    }

    private struct Place: Hashable, Comparable {
        var source: SourceName
        var instance: Instance.ID
        static func < (left: Self, right: Self) -> Bool {
            (left.source.rawValue, left.instance.rawValue) < (right.source.rawValue, right.instance.rawValue)
        }
    }
}
