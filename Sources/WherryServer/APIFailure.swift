import QCloudAPI
import WherryCore

/// A failure of ours in the words of the API.
enum APIFailure {
    /// The code of API 2.0; ``V3ErrorCode`` has the one of API 3.0 for it.
    ///
    /// What a source in front of a provider could not get from it becomes the provider's own code again, as far as it is
    /// about the caller's request; trouble with the source's own account is a server error to whoever calls us.
    static func code(for failure: Failure) -> CRSErrorCode {
        switch failure.code {
        case "instance.not-found": .instanceNotExists
        case "instance.busy", "task.under-way": .instanceLocked
        case "backup.not-found": .backupNotExists
        case "backup.busy": .backupStatusAbnormal
        case "crs.4400": .limitExceeded
        default: code(for: failure.failureClass)
        }
    }

    private static func code(for failureClass: FailureClass) -> CRSErrorCode {
        switch failureClass {
        case .usage: .invalidParameter
        case .unsupported: .unsupportedAction
        case .notFound: .resourceNotFound
        case .authentication, .cancelled, .configuration, .conflict, .corrupt, .exhausted, .internal, .transient:
            .serverError
        }
    }

    /// Any error in the words of API 2.0; what both dialects share may speak either.
    static func api2(_ error: any Error, during action: String) -> CRSError {
        switch error {
        case let error as CRSError: error
        case let error as V3Error: CRSError(code(for: error.code))
        default: CRSError(code(for: Failure.wrap(error, during: "answering \(action)")))
        }
    }

    /// The code of API 2.0 for one of API 3.0 that has no code there.
    private static func code(for code: V3ErrorCode) -> CRSErrorCode {
        switch code {
        case .unsupportedOperation: .unsupportedAction
        case .instanceIsolated: .instanceStatusAbnormal
        default: .serverError
        }
    }

    /// Any error in the words of API 3.0; what both dialects share may speak either.
    static func api3(_ error: any Error, during action: String) -> V3Error {
        switch error {
        case let error as V3Error: return error
        case let error as CRSError:
            return V3Error(error.known.map { V3ErrorCode($0) } ?? .internalError, error.message)
        default:
            let failure = Failure.wrap(error, during: "answering \(action)")
            if failure.code == "source.cannot-request" { return V3Error(.unsupportedByInstance) }
            if failure.failureClass == .unsupported { return V3Error(.unsupportedOperation) }
            return V3Error(V3ErrorCode(code(for: failure)))
        }
    }
}
