/// The URL in use, and whether a new one is on its way.
struct LeaseState: Sendable {
    private var grant: TransferMachine.Grant?
    private var grantedAt: Duration = .zero
    private var isRejected = false
    /// Whether the URL in use was had because another was refused, and has brought nothing yet.
    private(set) var isUnprovenReplacement = false
    private(set) var isObtaining = false
    private var wantsOther = false
    private var triedOther = false

    /// The number of the URL in use; nil before the first.
    var generation: Int? { grant?.generation }

    /// The URL's number, if a new request may use it.
    ///
    /// Not in the last fifth of its life; of a life under a minute, in the last twentieth: a request begun in time is
    /// answered, and each URL costs the provider's budget.
    func usable(at now: Duration) -> Int? {
        guard let grant, !isRejected, !isObtaining, !wantsOther else { return nil }
        return now - grantedAt < grant.remaining - Self.margin(of: grant) ? grant.generation : nil
    }

    private static func margin(of grant: TransferMachine.Grant) -> Duration {
        grant.life < .seconds(60) ? grant.life / 20 : grant.life / 5
    }

    /// Whether a request now would use this URL.
    func isCurrent(_ generation: Int) -> Bool { grant?.generation == generation && !isRejected }

    /// The server refused the URL in use.
    mutating func reject() { isRejected = true }

    /// The server answered with the object.
    mutating func worked(_ generation: Int) {
        if grant?.generation == generation { isUnprovenReplacement = false }
    }

    /// Asks for the network of second choice, once.
    ///
    /// - Returns: false when there is none, or it was tried.
    mutating func turnToOther() -> Bool {
        guard let grant, grant.hasOther, !grant.isOther, !triedOther else { return false }
        (wantsOther, triedOther) = (true, true)
        return true
    }

    /// The action that gets a URL; none while one is on its way.
    mutating func obtain() -> [TransferMachine.Action] {
        guard !isObtaining else { return [] }
        isObtaining = true
        return [
            .obtain(
                TransferMachine.Wish(
                    after: wantsOther ? nil : grant?.generation,
                    isRefused: isRejected,
                    overOther: wantsOther || grant?.isOther == true
                )
            )
        ]
    }

    /// A URL came.
    ///
    /// One that is nearly over by our reckoning is used all the same: the provider has none better, and its own clock
    /// decides.
    mutating func take(_ new: TransferMachine.Grant, at now: Duration) {
        var grant = new
        grant.remaining = min(new.remaining, new.life)
        // Where all of it is over by our clock, nothing is known: the server's refusal tells when it really is.
        if grant.remaining <= Self.margin(of: new) {
            grant.remaining = new.life > .zero ? max(new.life, .seconds(1)) : .seconds(30)
        }
        self.grant = grant
        grantedAt = now
        isUnprovenReplacement = isRejected
        (isRejected, isObtaining, wantsOther) = (false, false, false)
    }

    /// None came.
    ///
    /// - Returns: whether it was only the second choice that failed.
    mutating func miss() -> Bool {
        isObtaining = false
        defer { wantsOther = false }
        return wantsOther
    }
}
