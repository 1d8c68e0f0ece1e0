/// One way in which a server treats its clients: the honest one, or one with faults.
package struct FaultBehavior: Sendable, CustomStringConvertible {
    /// What a right client, which may ask for fresh links and knows the size, can do.
    package enum Expectation: String, Sendable {
        /// It can end with the exact bytes.
        case recovers
        /// The exact bytes cannot be had, or must not be trusted: it ends with a failure.
        case mustFail
        /// It may end with the exact bytes or with a failure, never with other bytes.
        case mayEither
    }

    /// A kebab-case word, unique in the corpus.
    package let name: String
    /// One sentence: what happens, and when exactly.
    package let summary: String
    /// What a right client can do.
    package let expectation: Expectation
    /// How many bytes of an object of a size may go out under a link, by its generation; nil is all.
    package var allowance: @Sendable (_ generation: Int, _ size: Int64) -> Int64? = { _, _ in nil }
    /// The objects whose bytes are right, in whole: the server's own and what replaces it.
    package var versions: @Sendable (FaultObject) -> [FaultObject] = { [$0] }
    /// How far the `Date` header is from the machine's clock.
    package var clockOffset: Duration = .zero
    /// The answer to an expired or unknown link.
    package var expired: @Sendable (FaultExchange) -> FaultAnswer = { _ in FaultPage.expired.answer(403) }
    /// The answer to every other request.
    package let answer: @Sendable (FaultExchange) -> FaultAnswer

    /// A behavior whose links live on; the other properties may be set afterwards.
    package init(
        _ name: String,
        _ summary: String,
        _ expectation: Expectation,
        answer: @escaping @Sendable (FaultExchange) -> FaultAnswer
    ) {
        self.name = name
        self.summary = summary
        self.expectation = expectation
        self.answer = answer
    }

    /// The name.
    package var description: String { name }

    /// The same with changed properties.
    func with(_ change: (inout FaultBehavior) -> Void) -> FaultBehavior {
        var behavior = self
        change(&behavior)
        return behavior
    }
}
