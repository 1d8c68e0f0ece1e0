/// What went wrong, to which thing, and what to do about it.
///
/// The one error type of the house: modules and plugins make their own with a stable ``code``. Neither message nor
/// remedy ever holds a secret or a whole signed URL.
public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Decides retry, exit code, HTTP status and log level.
    public var failureClass: FailureClass
    /// Stable, from a bounded set, `area.reason` in kebab case: fit for a metric label.
    public var code: String
    /// One sentence: what happened, to which thing.
    public var message: String
    /// What a person can do; nil only when there is nothing to do.
    public var remedy: String?
    /// How long to wait before the next try, when the other side said so.
    public var retryAfter: Duration?

    /// A failure.
    public init(
        _ failureClass: FailureClass,
        code: String,
        _ message: String,
        remedy: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.failureClass = failureClass
        self.code = code
        self.message = message
        self.remedy = remedy
        self.retryAfter = retryAfter
    }

    /// The message alone.
    public var description: String { message }

    /// Any error as a failure: failures pass unchanged, cancellation becomes `.cancelled`, the rest `.internal`.
    public static func wrap(_ error: any Error, during activity: String) -> Failure {
        switch error {
        case let failure as Failure:
            failure
        case is CancellationError:
            Failure(.cancelled, code: "run.cancelled", "Stopped while \(activity).")
        default:
            Failure(
                .internal,
                code: "internal.unclassified",
                "An unexpected \(type(of: error)) came up while \(activity).",
                remedy: "This is a defect: please report it with the steps that led here."
            )
        }
    }
}
