package import WherryCatalog
package import WherryCore
package import WherryPluginKit

/// Removes the copies from a sink that its policy does not keep.
///
/// Copies of one instance are judged together, and only those count that can be relied on: a copy that misses a file, that
/// was found damaged, or whose backup lies in the future, as a clock that was wrong may say, stays and takes no other's place.
/// Nothing is removed before all that stay were seen to be there. Only who holds the run lock may remove.
package struct CopyPruner: Sendable {
    /// How far ahead of ours the clock may be by which backups are dated, time zones included.
    static let clockTolerance = Duration.seconds(86_400)

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
    package func decide(_ sink: SinkName, by policy: KeepPolicy) async throws -> [CopyGroup] {
        let latest = clock.now + Self.clockTolerance
        var groups: [CopyGroup] = []
        for copy in try await catalog.keptCopies(in: sink) {
            if groups.last?.source != copy.source || groups.last?.instance != copy.key.instance {
                groups.append(CopyGroup(source: copy.source, instance: copy.key.instance))
            }
            groups[groups.count - 1].decisions.append(CopyGroup.Decision(copy: copy, doubt: doubt(copy, latest)))
        }
        for index in groups.indices { groups[index].judge(by: policy, in: zone) }
        return groups
    }

    /// Why a copy does not count; nil when it does.
    private func doubt(_ copy: KeptCopy, _ latest: Timestamp) -> String? {
        if copy.isDoubtful { return "damaged" }
        if !copy.isComplete { return "incomplete" }
        return copy.startedAt > latest ? "future" : nil
    }

    /// Removes what may go, and notes each in the catalog.
    ///
    /// - Throws: `CancellationError`; the trouble of one copy is told in the outcome and keeps no other from its turn.
    package func prune(
        _ groups: [CopyGroup],
        from sink: any Sink,
        named name: SinkName,
        onRemoval: (KeptCopy) -> Void = { _ in }
    ) async throws -> PruneOutcome {
        var outcome = PruneOutcome()
        for group in groups where !group.leaving.isEmpty {
            if let failure = try await reasonToWait(group, sink, name) {
                outcome.failures.append(failure)
                continue
            }
            for copy in group.leaving {
                try Task.checkCancellation()
                do {
                    if try await remove(copy, from: sink, name) {
                        outcome.removed.append(copy)
                        onRemoval(copy)
                    } else {
                        outcome.missing.append(copy)
                    }
                } catch {
                    let failure = Failure.wrap(error, during: "removing the copy of \(copy.key) from \(name)")
                    if failure.failureClass == .cancelled { throw CancellationError() }
                    outcome.failures.append(failure)
                }
            }
        }
        return outcome
    }

    /// Removes one copy.
    ///
    /// - Returns: false when it is not there. That is no removal: the place may be another one than it was.
    private func remove(_ copy: KeptCopy, from sink: any Sink, _ name: SinkName) async throws -> Bool {
        if try await catalog.sharesPlace(copy.delivery) {
            throw Failure(
                .conflict,
                code: "keep.shared-place",
                "The copy of \(copy.key) in \(name) lies where another copy lies, too, so it was not removed.",
                remedy: "Give each sink a place of its own, and each backup its own path there."
            )
        }
        let receipt = try await catalog.receipt(of: copy.delivery)
        switch try await sink.presence(of: receipt) {
        case .present: break
        case .absent: return false
        case .unknown(let reason): throw Self.unknown(copy.key.instance, name, reason)
        }
        try await sink.remove(receipt)
        // What is removed and not noted is asked for once more the next time, and found missing.
        try await catalog.noteRemoved(copy.delivery, at: clock.now)
        return true
    }

    /// Why nothing of an instance may be removed now; nil when all that stays is there.
    private func reasonToWait(_ group: CopyGroup, _ sink: any Sink, _ name: SinkName) async throws -> Failure? {
        for copy in group.staying {
            try Task.checkCancellation()
            let presence: Presence
            do {
                presence = try await sink.presence(of: try await catalog.receipt(of: copy.delivery))
            } catch let failure as Failure where failure.failureClass != .cancelled {
                presence = .unknown(failure.message)
            }
            // A sink may take a signal to its child for the child's trouble.
            try Task.checkCancellation()
            switch presence {
            case .present: continue
            case .absent:
                return Failure(
                    .corrupt,
                    code: "keep.kept-gone",
                    "The copy of \(copy.key), which is to stay, is gone from \(name): nothing of \(group.instance) was removed.",
                    remedy: "Is its disk mounted? Else have it delivered again: wherry deliveries check --again."
                )
            case .unknown(let reason): return Self.unknown(group.instance, name, reason)
            }
        }
        return nil
    }

    private static func unknown(_ instance: Instance.ID, _ name: SinkName, _ reason: String) -> Failure {
        Failure(
            .transient,
            code: "keep.unknown",
            "Nobody could look whether \(name) has what is to stay of \(instance), so nothing was removed: \(reason)",
            remedy: "Try again when the sink can be reached: wherry prune --copies."
        )
    }
}
