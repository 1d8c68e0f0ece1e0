extension TransferMachine {
    /// One request that is under way, and what came of it so far.
    struct Exchange: Sendable {
        var ask: Ask
        /// When its answer began; nil before that.
        var receivingSince: Duration?
        /// Whether its body's end is known as such.
        var isFramed = false
        var pace: Pace
        var bytes: Int64 = 0

        var isReceiving: Bool { receivingSince != nil }

        /// How long its answer had been coming then.
        func age(at now: Duration) -> Duration { receivingSince.map { now - $0 } ?? .zero }

        /// Bytes of its answer a second until then.
        func rate(at now: Duration) -> Double { Double(bytes) / max(0.05, age(at: now) / .seconds(1)) }
    }
}
