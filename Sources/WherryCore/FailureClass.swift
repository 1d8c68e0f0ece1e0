/// The kinds of failure.
///
/// This table alone decides retry, exit code, HTTP status and log level.
///
/// Exit codes follow `sysexits.h`; a shipped one never changes.
public enum FailureClass: String, Sendable, Hashable, CaseIterable, Codable {
    /// A bad flag, argument or request parameter.
    case usage
    /// The configuration is wrong.
    case configuration
    /// A credential was refused.
    case authentication
    /// The thing named does not exist.
    case notFound = "not-found"
    /// Something else holds what is needed, e.g. another run.
    case conflict
    /// It may work later: a reset, a busy server, a rate limit.
    case transient
    /// A resource ran out: disk, quota.
    case exhausted
    /// Bytes are not what they must be.
    case corrupt
    /// The thing asked for cannot be done by this plugin or version.
    case unsupported
    /// A person or the system asked to stop.
    case cancelled
    /// Anything unclassified: a defect in wherry or in a plugin.
    case `internal`

    /// Whether trying again may help.
    public var isRetryable: Bool { self == .transient }

    /// The exit status of the command line.
    public var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .configuration: 78
        case .authentication: 77
        case .notFound: 66
        case .conflict: 73
        case .transient: 75
        case .exhausted: 74
        case .corrupt: 65
        case .unsupported: 69
        case .cancelled: 130
        case .internal: 70
        }
    }

    /// The status of an HTTP answer that is not bound by a provider's dialect.
    public var httpStatus: Int {
        switch self {
        case .usage: 400
        case .configuration: 422
        case .authentication: 502
        case .notFound: 404
        case .conflict: 409
        case .transient, .cancelled: 503
        case .exhausted: 507
        case .corrupt, .internal: 500
        case .unsupported: 501
        }
    }
}
