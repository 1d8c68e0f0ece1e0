import WherryCore

/// How much one host bears, over all transfers: so many connections at once, and after it said that it has no time, one
/// request after a pause.
///
/// Pure. A refusal beside as many answers as it ever gave at once tells how many it takes; one more is tried every two
/// seconds. A refusal beside fewer answers is about what was asked for.
struct HostLoad: Sendable {
    /// What becomes of a request.
    enum Turn: Sendable {
        /// It may be sent.
        case go
        /// Its file has other connections, and is to do with those.
        case full
        /// It has to wait until then, and ask again.
        case wait(until: Duration)
        /// The host has refused so often, or for so long a time, that this is its answer.
        case closed(Failure)
    }

    /// So many refusals in a row, over all files and each a pause after the last, are taken for an answer to those that
    /// wait.
    static let mostRefusals = 15
    /// How long it keeps to the number of connections that it was told.
    private static let raisePause: Duration = .seconds(2)
    /// How often one that waits for another's end looks.
    private static let glance: Duration = .milliseconds(100)

    private let most: Int
    private var limit: Int
    private(set) var active = 0
    private var answering = 0
    /// How many it answered at once.
    private var mostAnswered = 0
    private var raiseAt: Duration = .zero
    private var refusals = 0
    private var countedAt: Duration = .zero
    private var pause: Duration = .zero
    private var notBefore: Duration = .zero
    private var isClosed = false
    private var last: Failure?

    /// - Parameter most: how many connections at once, beyond which no file gets a second one.
    init(most: Int) { (self.most, limit) = (most, most) }

    /// Whether nothing is known of it that another would not have.
    var isPlain: Bool { active == 0 && refusals == 0 && limit == most }

    /// Asks for leave to send a request.
    ///
    /// - Parameter isOnly: whether its file has no other connection.
    mutating func take(isOnly: Bool, at now: Duration) -> Turn {
        if refusals > 0, now < notBefore {
            if isOnly, let last, isClosed || refusals >= Self.mostRefusals { return .closed(last) }
            return .wait(until: isOnly ? notBefore : now + pause)
        }
        if active >= limit {
            // Nobody is kept from a first connection by a number that the host never named.
            guard limit < most || isOnly else { return .full }
            if limit < most {
                guard now >= raiseAt else { return .wait(until: now + (isOnly ? Self.glance : Self.raisePause)) }
                limit += 1
                raiseAt = now + Self.raisePause
            }
        }
        // One finds out whether it is still so.
        if refusals > 0 { notBefore = now + pause }
        active += 1
        return .go
    }

    /// A request is over.
    ///
    /// - Parameter wasAnswered: whether ``answered()`` was called for it.
    mutating func giveBack(wasAnswered: Bool) {
        active -= 1
        if wasAnswered { answering -= 1 }
    }

    /// The host refused one that is under way.
    ///
    /// - Parameters:
    ///   - pause: how long to wait at least.
    ///   - longestWait: who is told to wait for longer is not kept waiting.
    mutating func refused(_ failure: Failure, pause: Duration, longestWait: Duration, at now: Duration) {
        // Those that were on their way together are one.
        if refusals == 0 || now - countedAt >= pause * 0.9 {
            refusals += 1
            countedAt = now
        }
        (last, self.pause) = (failure, pause)
        let wait = failure.retryAfter ?? .zero
        // What nobody can wait for is believed when it was said twice, and of a host that answers nobody.
        let isBelieved = wait <= longestWait || refusals > 1 && answering == 0
        notBefore = max(notBefore, now + max(pause, isBelieved ? wait : .zero))
        isClosed = notBefore - now > longestWait
        guard answering > 0 else { return }
        guard answering >= mostAnswered else {
            mostAnswered -= 1
            return
        }
        if answering < limit { raiseAt = now + Self.raisePause }
        limit = min(limit, answering)
    }

    /// The host has time for one that is under way.
    mutating func answered() {
        answering += 1
        mostAnswered = max(mostAnswered, answering)
        limit = max(limit, answering)
        (refusals, notBefore, isClosed, last) = (0, .zero, false, nil)
    }
}
