import WherryCore

// What answers, refusals and failures mean.
extension TransferMachine {
    mutating func granted(_ grant: Grant, _ now: Duration) -> [Action] {
        lease.take(grant, at: now)
        return []
    }

    mutating func notGranted(_ failure: Failure, _ now: Duration) -> [Action] {
        if lease.miss() { return [] }
        guard exchanges.isEmpty else {
            // What is under way may still bring the rest.
            trouble.notBefore = max(trouble.notBefore, now + settings.refusalPause)
            return []
        }
        guard let wait = trouble.failed(failure, done: plan.done.count, of: plan.size, random: random.next()) else {
            return fail(failure)
        }
        trouble.notBefore = max(trouble.notBefore, now + wait)
        return []
    }

    mutating func judge(_ head: ResponseHead, of id: ExchangeID, _ now: Duration) -> [Action] {
        guard let ask = exchanges[id]?.ask else { return [] }
        exchanges[id]?.pace.progressed(at: now)
        exchanges[id]?.isFramed = head.isFramed
        let verdict = ResponseVerdict.judge(
            head,
            asked: ask.range,
            pinned: plan.done.isEmpty && exchanges.count == 1 ? nil : pinned,
            expectedSize: expectedSize
        )
        switch verdict {
        case .accept(let identity, let body): return accept(identity, body, of: id, now)
        case .whole(let identity): return whole(identity, of: id, now)
        case .changed: return startOver(because: names.unstable())
        case .refused(let status): return refused(status, id, now)
        case .errorPage: return [.readPage(id)]
        case .anomaly(let failure): return anomaly(failure, id, now)
        case .failure(let failure):
            // Whoever says no is not asked again within a second.
            pause(now)
            return [.drop(id)] + failed(id, failure, now)
        }
    }

    private mutating func accept(
        _ identity: ObjectIdentity,
        _ body: Range<Int64>,
        of id: ExchangeID,
        _ now: Duration
    ) -> [Action] {
        if plan.done.isEmpty && exchanges.count == 1 || pinned == nil { pin(identity) }
        if body.upperBound != .max { plan.shorten(id, to: body.upperBound) }
        trouble.isProven = true
        trouble.anomalies = 0
        if let ask = exchanges[id]?.ask { lease.worked(ask.generation) }
        exchanges[id]?.receivingSince = now
        exchanges[id]?.pace.beginWindow(at: now)
        return [.receive(id, body, end: plan.claims[id]?.end ?? body.upperBound)]
    }

    private mutating func pin(_ identity: ObjectIdentity) {
        pinned = identity
        guard let size = identity.size else { return }
        plan.size = size
        for claim in plan.claims.keys { plan.shorten(claim, to: size) }
    }

    /// The whole object although a part was asked for.
    private mutating func whole(_ identity: ObjectIdentity, of id: ExchangeID, _ now: Duration) -> [Action] {
        if plan.done.isEmpty, exchanges.count == 1 {
            plan.claimAll(for: id)
            isWhole = true
            return accept(identity, 0..<(identity.size ?? .max), of: id, now)
        }
        return anomaly(names.rangeIgnored(), id, now)
    }

    /// The server does not understand parts: after two such answers the file is fetched as one.
    private mutating func anomaly(_ failure: Failure, _ id: ExchangeID, _ now: Duration) -> [Action] {
        let isEmptyFile = failure.code == "transfer.http-416" && exchanges[id]?.ask.range?.lowerBound == 0
        release(id)
        trouble.anomalies += 1
        trouble.isProven = false
        trouble.last = failure
        guard trouble.anomalies >= 2 || isEmptyFile else {
            pause(now)
            return [.drop(id)]
        }
        guard !isSingleStream else { return [.drop(id)] + fail(failure) }
        guard exchanges.isEmpty else {
            // Others go on: it is this server of several, or one answer of many.
            scaling.limit(to: exchanges.count)
            pause(now)
            return [.drop(id)]
        }
        trouble.anomalies = 0
        let actions = startOver(because: failure)
        isSingleStream = true
        if !isEmptyFile { pause(now) }
        return [.drop(id)] + actions
    }

    mutating func page(_ id: ExchangeID, _ saysExpired: Bool, _ now: Duration) -> [Action] {
        saysExpired ? refused(403, id, now) : failed(id, names.errorPage(), now)
    }

    private mutating func refused(_ status: Int, _ id: ExchangeID, _ now: Duration) -> [Action] {
        let generation = exchanges[id]?.ask.generation ?? 0
        release(id)
        trouble.isProven = false
        guard lease.isCurrent(generation) else { return [.drop(id)] }
        let isRefusedAnew = lease.isUnprovenReplacement
        lease.reject()
        let count = trouble.refused(done: plan.done.count)
        if isRefusedAnew { pause(now) }
        if count >= 3 {
            guard exchanges.isEmpty else {
                // What is under way may still bring the rest.
                pause(now)
                return [.drop(id)]
            }
            return [.drop(id)] + fail(names.refused(status))
        }
        return [.drop(id)]
    }

    mutating func failed(_ id: ExchangeID, _ failure: Failure, _ now: Duration) -> [Action] {
        let wasReceiving = exchanges[id]?.isReceiving == true
        release(id)
        trouble.isProven = false
        trouble.last = failure
        if failure.failureClass == .cancelled { return fail(failure) }
        if failure.code == "http.unreachable", exchanges.isEmpty, lease.turnToOther() { return [] }
        guard exchanges.isEmpty else {
            // Others go on. One that was not even let in tells that the server has no place for so many.
            let count = trouble.failedBeside(failure, done: plan.done.count, of: plan.size)
            guard count <= settings.backoff.limit * 2 + settings.connections else { return fail(failure) }
            if count > settings.connections { pause(now) }
            guard !wasReceiving else { return [] }
            scaling.limit(to: exchanges.count)
            let wait = min(failure.retryAfter ?? settings.refusalPause, settings.longestWait)
            trouble.notBefore = max(trouble.notBefore, now + wait)
            return []
        }
        if failure.retryAfter ?? .zero > settings.longestWait { return fail(failure) }
        if failure.failureClass == .corrupt, trouble.anomalies < 2 {
            trouble.anomalies += 1
            pause(now)
            return []
        }
        guard let wait = trouble.failed(failure, done: plan.done.count, of: plan.size, random: random.next()) else {
            return fail(failure)
        }
        trouble.notBefore = max(trouble.notBefore, now + wait)
        return []
    }

    private mutating func pause(_ now: Duration) {
        trouble.notBefore = max(trouble.notBefore, now + settings.refusalPause)
    }

    // MARK: - Slow connections

    /// Gives up connections that bring nothing, or next to nothing.
    mutating func stalled(_ now: Duration) -> [Action] {
        var actions: [Action] = []
        for id in exchanges.keys.sorted() {
            guard let isReceiving = exchanges[id]?.isReceiving,
                let judgement = exchanges[id]?.pace.judge(at: now, isReceiving: isReceiving, settings)
            else { continue }
            switch judgement {
            case .fine: continue
            case .stalled:
                actions.append(.drop(id))
                actions += failed(id, names.stalled(settings.stallTimeout), now)
            case .crawls:
                actions.append(.drop(id))
                actions += failed(id, names.crawls(), now)
            }
            if phase != .running { break }
        }
        scaling.observe(bytes: plan.done.count, busy: busy, active: exchanges.count, at: now)
        return actions
    }

    /// Work for a connection when every byte is claimed: half of what the slowest has left, or all of it when it
    /// crawls beside the others.
    mutating func stolen(for id: ExchangeID, _ now: Duration, _ actions: inout [Action]) -> Range<Int64>? {
        let expected = exchanges.values.compactMap { exchange -> (id: ExchangeID, rate: Double, left: Double)? in
            guard exchange.isReceiving, let claim = plan.claims[exchange.ask.id], claim.end != .max else { return nil }
            return (exchange.ask.id, exchange.rate(at: now), Double(claim.end - claim.position))
        }
        guard
            let slowest = expected.max(by: {
                ($0.left / max(1, $0.rate), $0.id) < ($1.left / max(1, $1.rate), $1.id)
            })
        else { return nil }
        let time = slowest.left / max(1, slowest.rate)
        // A request for what would be here in a moment anyway only costs.
        guard time > 0.25 else { return nil }
        // Those that are through already tell, too: the slowest may be the last that is left.
        let best = expected.map(\.rate).reduce(bestRate, max)
        let age = exchanges[slowest.id]?.age(at: now) ?? .zero
        let crawls = slowest.rate * 8 < best && time > 1 && age > .seconds(1)
        guard plan.cut(slowest.id, all: crawls, sharedBy: width) else { return nil }
        if crawls {
            release(slowest.id)
            // Where all have become slow, the next is no better: it is not replaced in turn.
            bestRate = slowest.rate
            actions.append(.drop(slowest.id))
        } else if let end = plan.claims[slowest.id]?.end {
            actions.append(.stop(slowest.id, before: end))
        }
        return plan.claim(for: id, sharedBy: width)
    }
}
