/// Every behavior there is, by topic.
///
/// Unless a summary says otherwise, a fault strikes only `GET`s, links live on, and ranges and
/// validators are right. "Bulk" answers are those with more than a probe's bytes: at least 64 KiB,
/// or a 64th of a smaller object. The "middle" of an answer, and "half-way", is after half of it, at
/// most a 32nd of the object. "Once" counts over all connections.
package enum FaultCorpus {
    /// All behaviors; their names are unique.
    package static let all: [FaultBehavior] =
        honest + cuts + stalls + ranges + changes + expiry + pages + redirects + framing + damage + connections

    /// The behavior of this name.
    package static func named(_ name: String) -> FaultBehavior? {
        all.first { $0.name == name }
    }

    /// The behavior without a fault.
    package static let plain = FaultBehavior("plain", "A good server.", .recovers) { $0.honest() }

    static let honest = [
        plain,
        FaultBehavior("latency", "A good server, 300 ms away: each head waits.", .recovers) { exchange in
            exchange.honest().doingFirst(.pause(.milliseconds(300)))
        },
        FaultBehavior("clock-skew", "A good server whose Date is an hour ahead.", .recovers) { $0.honest() }
            .with { $0.clockOffset = .seconds(3600) },
    ]
}

/// Pieces that several topics use.
extension FaultExchange {
    /// The answer, but the first bulk one ends in its middle with a FIN: so that the client must resume.
    func interrupted(_ answer: FaultAnswer) -> FaultAnswer {
        strikes(1, "interruption", on: answer) ? answer.cut(after: middle(of: answer), .close) : answer
    }

    /// A good server's answer, the first bulk one interrupted.
    func interruptedHonest(_ change: (inout FaultFacts) -> Void = { _ in }) -> FaultAnswer {
        interrupted(honest(change))
    }
}
