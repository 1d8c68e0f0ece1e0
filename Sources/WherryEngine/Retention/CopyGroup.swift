package import WherryCatalog
package import WherryCore

/// The copies of one instance in one sink, and what is to become of them.
package struct CopyGroup: Sendable, Hashable {
    /// What is to become of a copy.
    package struct Decision: Sendable, Hashable {
        /// The copy.
        package var copy: KeptCopy
        /// Why it does not count, in a word; nil when it does.
        var doubt: String?
        /// Why it is kept, in words; empty when it may go.
        package var reasons: [String] = []
    }

    /// The source of the instance.
    package var source: SourceName
    /// The instance.
    package var instance: Instance.ID
    /// The newest first.
    package var decisions: [Decision] = []

    /// What may go, the oldest first.
    package var leaving: [KeptCopy] { decisions.filter(\.reasons.isEmpty).map(\.copy).reversed() }
    /// What is relied on to stay, the newest first.
    package var staying: [KeptCopy] { decisions.filter { $0.doubt == nil && !$0.reasons.isEmpty }.map(\.copy) }

    /// Asks the policy; copies that do not count all stay, and are hidden from it.
    mutating func judge(by policy: KeepPolicy, in zone: ZoneOffset) {
        let counted = decisions.indices.filter { decisions[$0].doubt == nil }
        let reasons = policy.reasons(for: counted.map { decisions[$0].copy.startedAt }, in: zone)
        for (index, reasons) in zip(counted, reasons) { decisions[index].reasons = reasons }
        for index in decisions.indices {
            if let doubt = decisions[index].doubt { decisions[index].reasons = [doubt] }
        }
    }
}

/// What came of pruning a sink.
package struct PruneOutcome: Sendable {
    /// What was removed.
    package var removed: [KeptCopy] = []
    /// What was to be removed and is not there.
    package var missing: [KeptCopy] = []
    /// Why copies that may go are still there: one for each instance or copy.
    package var failures: [Failure] = []
}
