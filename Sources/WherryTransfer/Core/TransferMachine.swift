import WherryCore

/// The transfer of one file as a state machine: events in, actions out; no socket, no file, no clock.
///
/// Time is the `Duration` since the transfer began, by a clock that never steps. The driver carries the actions out in
/// order and reports what came of them. Each request has an ``ExchangeID`` of its own, so that a late event of one that
/// was given up means nothing.
struct TransferMachine: Sendable {
    /// What happened.
    enum Event: Sendable {
        /// A usable URL is here.
        case granted(Grant)
        /// No URL could be had.
        case notGranted(Failure)
        /// The head of an answer.
        case head(ExchangeID, ResponseHead)
        /// So many bytes came; they are not written yet. Before they were asked for, the last ones took so long to go on.
        case came(ExchangeID, Int, busy: Duration = .zero)
        /// These bytes are written.
        case wrote(ExchangeID, Range<Int64>)
        /// The connection waits for leave to go on, not for the server.
        case held(ExchangeID, Duration)
        /// The body ended as HTTP wants it.
        case ended(ExchangeID)
        /// The exchange stopped by itself where its part ends.
        case reachedEnd(ExchangeID)
        /// The exchange failed.
        case failed(ExchangeID, Failure)
        /// The text behind ``Action/readPage(_:)``.
        case page(ExchangeID, saysExpired: Bool)
        /// No further connection to this host is allowed now.
        case noConnection(ExchangeID)
        /// The host is not to be asked for so long; then the URL may be another.
        case postponed(ExchangeID, Duration)
        /// The whole is what it should be, or is not.
        case verified
        case notVerified(Failure)
        /// What an earlier process left is not what its journal says.
        case damaged
        /// Bytes could not be written or read back.
        case diskFailed(Failure)
        /// Time passed.
        case tick

        /// The exchange that this is the end of, if it is one's end.
        var lastOfExchange: ExchangeID? {
            switch self {
            case .ended(let id), .reachedEnd(let id), .failed(let id, _), .page(let id, _), .noConnection(let id),
                .postponed(let id, _):
                id
            default: nil
            }
        }
    }

    enum Phase: Sendable, Hashable { case running, verifying, over }

    let settings: TransferSettings
    let expectedSize: Int64?
    let names: TransferNames
    var phase = Phase.running
    var plan: WorkPlan
    /// The object that the transfer is about; nil until an answer was accepted.
    var pinned: ObjectIdentity?
    var exchanges: [ExchangeID: Exchange] = [:]
    var scaling: ConnectionScaling
    var lease = LeaseState()
    var trouble: Trouble
    private var lastID = 0
    /// Whether the file comes as one body from its first byte to its last.
    var isSingleStream = false
    /// Whether the server answered with the whole to a request for a part: no other connection helps.
    var isWhole = false
    /// Whether the end of the file was announced, not only assumed where the connection ended.
    private(set) var lengthIsProven = true
    /// The best rate of a connection that is over, in bytes a second, since one was replaced.
    var bestRate = 0.0
    /// For how long, over all connections, bytes that were here kept the next from being asked for.
    var busy: Duration = .zero
    private var journaled: Int64 = 0
    private var wakeAt: Duration?
    var random: RandomBits

    /// A transfer.
    ///
    /// - Parameters:
    ///   - done: what an earlier process left, with `pinned` as its identity.
    init(
        settings: TransferSettings,
        expectedSize: Int64?,
        names: TransferNames,
        done: ByteRanges = ByteRanges(),
        pinned: ObjectIdentity? = nil,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.settings = settings
        self.expectedSize = expectedSize
        self.names = names
        self.pinned = done.isEmpty ? nil : pinned
        self.random = RandomBits(next: random)
        plan = WorkPlan(
            size: done.isEmpty ? expectedSize : pinned?.size ?? expectedSize,
            done: done,
            minimumBlock: settings.minimumBlock
        )
        let most = settings.isOrdered ? 1 : settings.connections
        scaling = ConnectionScaling(maximum: most, isAdaptive: settings.isAdaptive)
        trouble = Trouble(backoff: settings.backoff)
    }

    /// Begins.
    mutating func start() -> [Action] { schedule(at: .zero) }

    /// Takes an event; gives what is to be done now, in order.
    mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        guard phase != .over else { return [] }
        var actions = react(to: event, at: now)
        if phase == .running { actions += schedule(at: now) }
        return actions
    }

    private mutating func react(to event: Event, at now: Duration) -> [Action] {
        switch event {
        case .granted(let grant): return granted(grant, now)
        case .notGranted(let failure): return notGranted(failure, now)
        case .head(let id, let head): return exchanges[id] == nil ? [] : judge(head, of: id, now)
        case .came(let id, let count, let time):
            exchanges[id]?.pace.came(count, at: now)
            busy += time
            return []
        case .wrote(let id, let range): return wrote(range, by: id, now)
        case .held(let id, let time):
            exchanges[id]?.pace.progressed(at: now + time)
            exchanges[id]?.pace.beginWindow(at: now + time)
            return []
        case .ended(let id): return ended(id, now)
        case .reachedEnd(let id):
            release(id)
            return []
        case .failed(let id, let failure): return exchanges[id] == nil ? [] : failed(id, failure, now)
        case .page(let id, let saysExpired): return exchanges[id] == nil ? [] : page(id, saysExpired, now)
        case .noConnection(let id):
            guard exchanges[id] != nil else { return [] }
            release(id)
            scaling.limit(to: max(1, exchanges.count))
            return []
        case .postponed(let id, let wait):
            guard exchanges[id] != nil else { return [] }
            release(id)
            if exchanges.isEmpty {
                // Then one asks first, as for the first time.
                trouble.isProven = false
                trouble.notBefore = max(trouble.notBefore, now + wait)
            } else {
                // The connection that goes on waits for nothing when it wants the next part.
                trouble.notBesideBefore = now + wait
            }
            return []
        case .verified:
            phase = .over
            return []
        case .notVerified(let failure): return notVerified(failure)
        case .damaged: return startOver(because: names.unstable())
        case .diskFailed(let failure): return fail(failure)
        case .tick:
            wakeAt = nil
            return stalled(now)
        }
    }

    // MARK: - Bytes

    private mutating func wrote(_ range: Range<Int64>, by id: ExchangeID, _ now: Duration) -> [Action] {
        // Bytes of an exchange that was given up meanwhile are of the pinned object too; but after a new beginning
        // they are not.
        guard exchanges[id] != nil else { return [] }
        plan.wrote(range, by: id)
        let count = range.upperBound - range.lowerBound
        exchanges[id]?.pace.progressed(at: now)
        exchanges[id]?.bytes += count
        scaling.observe(bytes: plan.done.count, busy: busy, active: exchanges.count, at: now)
        guard keepsJournal, plan.done.count - journaled >= 1 << 20 else { return [] }
        journaled = plan.done.count
        return [.journal]
    }

    /// Whether what is done is worth a note: another process could prove that it goes on with the same object.
    var keepsJournal: Bool {
        guard let pinned, let size = plan.size else { return false }
        return !settings.isOrdered && !isSingleStream && pinned.canBeResumed && size > 8 << 20
    }

    mutating func release(_ id: ExchangeID) {
        plan.release(id)
        // What comes in less than a second may have lain in a buffer.
        guard let exchange = exchanges.removeValue(forKey: id) else { return }
        let last = exchange.pace.lastProgress
        if exchange.age(at: last) >= .seconds(1) { bestRate = max(bestRate, exchange.rate(at: last)) }
    }

    private mutating func ended(_ id: ExchangeID, _ now: Duration) -> [Action] {
        guard let exchange = exchanges[id], let claim = plan.claims[id] else { return [] }
        if claim.end == .max {
            // Nobody announced the length: the body's end is the file's. Where the connection ended, and nobody said that
            // this is the end, the check of the whole must agree.
            if let expectedSize, claim.position != expectedSize { return failed(id, names.short(claim.position), now) }
            plan.size = claim.position
            lengthIsProven = expectedSize != nil || exchange.isFramed
            release(id)
            return []
        }
        guard claim.position >= claim.end else { return failed(id, names.short(plan.done.count), now) }
        release(id)
        return []
    }

    // MARK: - Beginnings and ends

    /// Begins the file anew.
    mutating func startOver(because failure: Failure) -> [Action] {
        guard !settings.isOrdered || plan.done.isEmpty else { return fail(failure) }
        trouble.restarts += 1
        guard trouble.restarts <= settings.restarts else { return fail(failure) }
        let dropped = dropAll()
        isSingleStream = isSingleStream || trouble.restarts >= 2
        isWhole = false
        pinned = nil
        plan = WorkPlan(size: expectedSize, minimumBlock: settings.minimumBlock)
        trouble.bytesAtFailure = 0
        (journaled, bestRate, lengthIsProven) = (0, 0, true)
        phase = .running
        return dropped + [.startOver]
    }

    mutating func dropAll() -> [Action] {
        let ids = exchanges.keys.sorted()
        for id in ids { release(id) }
        return ids.map(Action.drop)
    }

    mutating func fail(_ failure: Failure) -> [Action] {
        phase = .over
        return dropAll() + [.fail(failure)]
    }

    private mutating func notVerified(_ failure: Failure) -> [Action] {
        // The way may have spoiled it: once more in one piece tells whether the object itself is so.
        guard !settings.isOrdered, !trouble.wasNotVerified, TransferNames.mayBeTheWay(failure) else {
            return fail(failure)
        }
        trouble.wasNotVerified = true
        let actions = startOver(because: failure)
        isSingleStream = true
        return actions
    }

    // MARK: - What next

    private mutating func schedule(at now: Duration) -> [Action] {
        if plan.isComplete {
            let dropped = dropAll()
            phase = .verifying
            return dropped + [.verify]
        }
        var actions = openExchanges(at: now)
        if phase == .running, let next = nextWake(after: now), wakeAt.map({ next < $0 }) ?? true {
            wakeAt = next
            actions.append(.wake(next))
        }
        return actions
    }

    private mutating func openExchanges(at now: Duration) -> [Action] {
        // A body that cannot be continued elsewhere, with its beginning lost, is worth nothing.
        if exchanges.isEmpty, !plan.done.isEmpty, !canResume {
            guard !settings.isOrdered else { return fail(names.unstable()) }
            let actions = startOver(because: trouble.last ?? names.unstable())
            return phase == .running ? actions + openExchanges(at: now) : actions
        }
        var actions: [Action] = []
        while exchanges.count < mostExchanges(at: now), now >= trouble.notBefore,
            exchanges.isEmpty || now >= trouble.notBesideBefore
        {
            guard let generation = lease.usable(at: now) else {
                if exchanges.isEmpty || plan.hasFreeWork { actions += lease.obtain() }
                break
            }
            guard let ask = nextAsk(generation, now, &actions) else { break }
            exchanges[ask.id] = Exchange(ask: ask, pace: Pace(from: now))
            actions.append(.ask(ask))
        }
        return actions
    }

    /// Whether what is written may be completed by other answers.
    var canResume: Bool { !isSingleStream && pinned?.canBeResumed == true }

    /// Among how many connections the rest is shared.
    var width: Int { isWhole ? 1 : scaling.target }

    private func mostExchanges(at now: Duration) -> Int {
        guard let pinned, !isSingleStream, !isWhole, pinned.canBeResumed else { return 1 }
        // While nobody knows whether the server still answers, one asks for all.
        guard trouble.isProven else { return exchanges.values.contains { !$0.isReceiving } ? 0 : exchanges.count + 1 }
        return scaling.target
    }

    private mutating func nextAsk(_ generation: Int, _ now: Duration, _ actions: inout [Action]) -> Ask? {
        let id = ExchangeID(number: lastID + 1)
        var ask = Ask(id: id, generation: generation, range: nil, ifRange: nil)
        if pinned == nil {
            let isSmall = plan.size.map { $0 <= settings.firstBlock } ?? false
            if isSingleStream || isSmall || settings.isOrdered || settings.connections == 1 {
                plan.claimAll(for: id)
            } else {
                ask.range = plan.claim(for: id, sharedBy: 1, limit: settings.firstBlock)
            }
        } else if isSingleStream || !canResume {
            plan.claimAll(for: id)
        } else if let range = plan.claim(for: id, sharedBy: width) {
            (ask.range, ask.ifRange) = (range, pinned?.ifRange)
        } else if let range = stolen(for: id, now, &actions) {
            (ask.range, ask.ifRange) = (range, pinned?.ifRange)
        } else {
            return nil
        }
        lastID += 1
        ask.wantsFreshConnection = trouble.last != nil && !trouble.isProven
        return ask
    }

    private func nextWake(after now: Duration) -> Duration? {
        var next: Duration?
        func consider(_ time: Duration) { next = min(next ?? time, max(time, now + .milliseconds(1))) }
        for exchange in exchanges.values { consider(exchange.pace.lastProgress + settings.stallTimeout) }
        if now < trouble.notBefore { consider(trouble.notBefore) }
        if now < trouble.notBesideBefore, !exchanges.isEmpty { consider(trouble.notBesideBefore) }
        // A part that crawls is noticed, and a better number of connections found, by looking now and then.
        if exchanges.count > 0, canResume, scaling.target > 1 || scaling.isSearching {
            consider(now + .milliseconds(250))
        }
        return next
    }
}

/// Where random bits come from.
struct RandomBits: Sendable {
    var next: @Sendable () -> UInt64
}
