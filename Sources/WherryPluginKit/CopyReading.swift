public import WherryCore

extension Failure {
    /// A sink that reads no copies back, or not as it is set up.
    ///
    /// - Parameter reason: a sentence.
    public static func cannotRead(_ reason: String = "This sink cannot read copies back.") -> Failure {
        Failure(
            .unsupported,
            code: "sink.cannot-read",
            reason,
            remedy: "Bring the file back with the tool that stored it; wherry deliveries tells where it is."
        )
    }

    /// A copy that is no longer where its receipt says.
    ///
    /// - Parameter location: in the sink's own words.
    public static func copyGone(_ location: String) -> Failure {
        Failure(
            .notFound,
            code: "sink.copy-gone",
            "There is no copy at \(location) any more.",
            remedy: "See what is left: wherry deliveries check. Take another copy, or another backup."
        )
    }

    /// A copy whose store says itself that it is damaged.
    ///
    /// - Parameters:
    ///   - location: in the sink's own words.
    ///   - reason: a sentence.
    public static func copyDamaged(_ location: String, _ reason: String) -> Failure {
        Failure(
            .corrupt,
            code: "sink.copy-damaged",
            "The copy at \(location) is damaged: \(reason)",
            remedy: "Do not count on it: take the copy of another sink, or another backup, and look after the store."
        )
    }

    /// A copy that lies where this sink does not look: its place was changed in the configuration.
    public static func copyElsewhere(_ location: String, _ place: String) -> Failure {
        Failure(
            .configuration,
            code: "sink.copy-elsewhere",
            "\(location) does not lie below \(place), where this sink stores.",
            remedy: "Set the sink's place to what it was, or give the old place a sink of its own."
        )
    }
}
