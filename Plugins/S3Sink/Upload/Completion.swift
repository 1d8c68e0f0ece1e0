import WherryCore

/// Decides how an upload becomes an object when answers get lost; pure.
///
/// Its one rule: once Complete was sent, the upload is dropped only when the store refused, every time, and a look at
/// the object has shown that it is not this upload's. Whoever cannot tell leaves all as it is, for another run.
struct Completion: Sendable {
    /// What to do next.
    enum Step: Sendable, Equatable {
        /// Ask the store to make the object.
        case complete
        /// Look at the object.
        case look
        /// The object is there.
        case done
        /// The upload is gone, and the object is not of it: begin anew.
        case lost(Failure)
        /// Drop the upload: it will never be an object.
        case abort(Failure)
        /// Leave it; another run goes on.
        case giveUp(Failure)
    }

    /// What came of asking.
    enum Answer: Sendable, Equatable {
        /// The object was made.
        case stored
        /// There is no such upload (any more).
        case gone(Failure)
        /// The store will not make it.
        case refused(Failure)
        /// Nobody knows: no answer, or trouble.
        case unclear(Failure)
    }

    /// What the object is.
    enum Sight: Sendable, Equatable {
        /// This upload's, of the right size.
        case ours
        /// None, or another's.
        case notOurs
        /// It could not be looked at.
        case unknown(Failure)
    }

    private let tries: Int
    private var asked = 0
    private var last: Answer?
    private var wasUnclear = false

    /// What to begin with.
    let first: Step

    /// A completion.
    ///
    /// - Parameter wasAsked: whether some earlier run may have asked already.
    init(wasAsked: Bool, tries: Int = 5) {
        self.tries = tries
        first = wasAsked ? .look : .complete
    }

    /// The store was asked.
    mutating func answered(_ answer: Answer) -> Step {
        asked += 1
        last = answer
        switch answer {
        case .stored: return .done
        case .unclear: wasUnclear = true
        case .gone, .refused: break
        }
        return .look
    }

    /// The object was looked at.
    mutating func looked(_ sight: Sight) -> Step {
        switch (sight, last) {
        case (.ours, _): .done
        case (.unknown(let failure), _): .giveUp(failure)
        case (.notOurs, nil), (.notOurs, .stored): .complete
        case (.notOurs, .gone(let failure)): .lost(failure)
        case (.notOurs, .refused(let failure)): wasUnclear ? .giveUp(failure) : .abort(failure)
        case (.notOurs, .unclear(let failure)): asked < tries ? .complete : .giveUp(failure)
        }
    }
}
