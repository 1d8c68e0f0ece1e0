/// What a behavior knows when it answers a request.
package struct FaultExchange: Sendable {
    /// The request.
    package let request: FaultRequest
    /// What the server serves; a behavior may serve another version.
    package let object: FaultObject
    /// Which `GET` with a valid link this is, over all connections, from 1; 0 for other methods.
    package let number: Int
    /// Which connection it came on, from 1.
    package let connection: Int
    /// Which issued link it uses, from 1; 0 when the token is unknown.
    package let generation: Int
    /// How many answers are being given, this one included.
    package let active: Int
    /// Whether the request came to the second port.
    package let isOtherHost: Bool
    /// The request's own address on the first port, as a client wrote it.
    package let address: String
    /// The same on the second port, where the host is called `localhost`.
    package let otherAddress: String
    let ledger: FaultLedger

    /// Whether the client asks for bytes behind the first one.
    package var isResuming: Bool {
        if case .part(let range) = FaultAsk(request.field("range"), size: object.size) {
            range.lowerBound > 0
        } else {
            false
        }
    }

    /// True for the first `limit` `GET`s that ask this question under this name.
    package func strikes(_ limit: Int = 1, _ name: String = "strike") -> Bool {
        request.method == "GET" && ledger.count(name) <= limit
    }

    /// True for the first `limit` answers that carry more than a probe's bytes.
    package func strikes(_ limit: Int = 1, _ name: String = "strike", on answer: FaultAnswer) -> Bool {
        isBulk(answer) && strikes(limit, name)
    }

    /// Where an answer is struck in its middle: after half of it, at most a 32nd of the object.
    ///
    /// So that the strike is also met by a client which asks for much and takes only a part.
    package func middle(of answer: FaultAnswer) -> Int64 {
        min(answer.count / 2, max(64 << 10, object.size / 32))
    }

    /// Whether the answer carries more than a probe's bytes: 64 KiB, or less for a small object.
    package func isBulk(_ answer: FaultAnswer) -> Bool {
        answer.count >= min(64 << 10, max(1, object.size / 64))
    }
}
