/// What an API 3.0 code means for a caller; the few cases that callers treat differently.
public enum V3ErrorKind: Sendable, Hashable, CaseIterable {
    /// There is no such instance.
    case instanceNotFound
    /// There is no such backup.
    case backupNotFound
    /// There is no such thing of another sort.
    case notFound
    /// The instance or backup is locked, in a flow or in the wrong state; later it may work.
    case busy
    /// A parameter is missing, malformed or out of range.
    case usage
    /// The key, signature or permission is refused.
    case authentication
    /// The clocks of client and server differ by too much.
    case clock
    /// Too many calls in a short time; repeat a little later.
    case rateLimited
    /// A quota is used up, resources are short or money is missing; repeating does not help soon.
    case quota
    /// The server has a problem of its own.
    case serverFault
    /// The instance or edition does not support the operation.
    case unsupportedOperation
    /// The endpoint does not know the action, version or region.
    case unsupportedAction
    /// The endpoint refuses the protocol.
    case unsupportedProtocol
    /// A trial call that would have succeeded.
    case dryRun
    /// A code of no known category.
    case unknown
}
