import WherryCore

// What the machine asks its driver to do.
extension TransferMachine {
    /// What to do.
    enum Action: Sendable, Hashable {
        /// Get a URL.
        case obtain(Wish)
        /// Send a request.
        case ask(Ask)
        /// Take the body, which is to bring these bytes of the file; stop before `end`.
        case receive(ExchangeID, Range<Int64>, end: Int64)
        /// Stop earlier than was said.
        case stop(ExchangeID, before: Int64)
        /// Read the short text of the body.
        case readPage(ExchangeID)
        /// Give the exchange up at once.
        case drop(ExchangeID)
        /// Throw away every byte; digest and scan begin anew.
        case startOver
        /// Keep a note of what is done.
        case journal
        /// Send a ``Event/tick`` at that time.
        case wake(Duration)
        /// Every byte is written: judge the whole.
        case verify
        /// It is over.
        case fail(Failure)
    }

    /// One request.
    struct Ask: Sendable, Hashable {
        var id: ExchangeID
        /// Which URL to use, see ``Grant``.
        var generation: Int
        /// The part to ask for; nil to ask for the whole without naming a range.
        ///
        /// `.max` is an open end.
        var range: Range<Int64>?
        /// The validator to send in `If-Range`.
        var ifRange: String?
        /// Whether to make a connection for it: some servers close those that wait without saying so.
        var wantsFreshConnection = false
    }

    /// Which URL is wanted.
    struct Wish: Sendable, Hashable {
        /// One newer than this; nil for any that works.
        var after: Int?
        /// Whether the server refused that one; else it is only old.
        var isRefused = false
        /// Whether over the network of second choice.
        var overOther = false
    }

    /// A URL as the machine sees it.
    struct Grant: Sendable, Hashable {
        /// Its number within the transfer.
        var generation: Int
        /// How long it works from now on.
        var remaining: Duration
        /// How long it worked when it was new.
        var life: Duration
        /// Whether it is for the network of second choice.
        var isOther = false
        /// Whether there is a network of second choice.
        var hasOther = false
    }
}
