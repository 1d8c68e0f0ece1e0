/// A code of an API 3.0 error, for example `ResourceNotFound.InstanceNotExists`.
///
/// The set is open: codes beyond the constants are kept, and ``kind`` sorts them by their first part. Sources: vendor
/// page 239/32050 (common codes) and the Python SDK's `redis/v20180412/errorcodes.py` (the product's codes).
public struct V3ErrorCode: RawRepresentable, Sendable, Hashable {
    /// The code on the wire.
    public let rawValue: String

    /// Makes a code from its text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The part before the first dot.
    public var category: String { String(rawValue.prefix { $0 != "." }) }

    /// What the code means for a caller.
    public var kind: V3ErrorKind { V3ErrorTable.kind(of: self) }

    /// Tells whether the vendor's own retryer repeats a call for this code (Python SDK, `retry.py`).
    public var isRetriedByVendor: Bool {
        [
            "RequestLimitExceeded", "RequestLimitExceeded.UinLimitExceeded",
            "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
        ].contains(rawValue)
    }

    /// The text a server sends when it has nothing more precise to say.
    var defaultMessage: String { V3ErrorTable.message(of: self) }
}

// MARK: - Common codes

extension V3ErrorCode {
    /// The key pair, signature or token is wrong in a way without a code of its own.
    public static let authFailure = V3ErrorCode(rawValue: "AuthFailure")
    /// The `Authorization` header is not of the form it must have.
    public static let invalidAuthorization = V3ErrorCode(rawValue: "AuthFailure.InvalidAuthorization")
    /// The secret id is not one of an API key.
    public static let invalidSecretID = V3ErrorCode(rawValue: "AuthFailure.InvalidSecretId")
    /// Multi-factor authentication failed.
    public static let multiFactorFailed = V3ErrorCode(rawValue: "AuthFailure.MFAFailure")
    /// The secret id does not exist.
    public static let secretIDNotFound = V3ErrorCode(rawValue: "AuthFailure.SecretIdNotFound")
    /// The timestamp is more than five minutes off.
    public static let signatureExpire = V3ErrorCode(rawValue: "AuthFailure.SignatureExpire")
    /// The signature does not fit the request.
    public static let signatureFailure = V3ErrorCode(rawValue: "AuthFailure.SignatureFailure")
    /// The session token is wrong.
    public static let tokenFailure = V3ErrorCode(rawValue: "AuthFailure.TokenFailure")
    /// The account may not call this action.
    public static let authUnauthorizedOperation = V3ErrorCode(rawValue: "AuthFailure.UnauthorizedOperation")
    /// The call would have succeeded, had it not been a trial.
    public static let dryRunOperation = V3ErrorCode(rawValue: "DryRunOperation")
    /// The operation failed.
    public static let failedOperation = V3ErrorCode(rawValue: "FailedOperation")
    /// The server failed.
    public static let internalError = V3ErrorCode(rawValue: "InternalError")
    /// The action does not exist.
    public static let invalidAction = V3ErrorCode(rawValue: "InvalidAction")
    /// A parameter has the wrong form or type.
    public static let invalidParameter = V3ErrorCode(rawValue: "InvalidParameter")
    /// A parameter has a value out of its range.
    public static let invalidParameterValue = V3ErrorCode(rawValue: "InvalidParameterValue")
    /// A quota is used up.
    public static let limitExceeded = V3ErrorCode(rawValue: "LimitExceeded")
    /// A required parameter is missing.
    public static let missingParameter = V3ErrorCode(rawValue: "MissingParameter")
    /// The version does not exist.
    public static let noSuchVersion = V3ErrorCode(rawValue: "NoSuchVersion")
    /// Too many calls per second.
    public static let requestLimitExceeded = V3ErrorCode(rawValue: "RequestLimitExceeded")
    /// The request is too long; in newer lists of common codes only, whose page we have not seen (inferred).
    public static let requestSizeLimitExceeded = V3ErrorCode(rawValue: "RequestSizeLimitExceeded")
    /// The resource is in use.
    public static let resourceInUse = V3ErrorCode(rawValue: "ResourceInUse")
    /// There are not enough resources.
    public static let resourceInsufficient = V3ErrorCode(rawValue: "ResourceInsufficient")
    /// The resource does not exist.
    public static let resourceNotFound = V3ErrorCode(rawValue: "ResourceNotFound")
    /// The resource cannot be used now.
    public static let resourceUnavailable = V3ErrorCode(rawValue: "ResourceUnavailable")
    /// The account may not do this.
    public static let unauthorizedOperation = V3ErrorCode(rawValue: "UnauthorizedOperation")
    /// A parameter is not one of the action's.
    public static let unknownParameter = V3ErrorCode(rawValue: "UnknownParameter")
    /// The operation is not supported.
    public static let unsupportedOperation = V3ErrorCode(rawValue: "UnsupportedOperation")
    /// The protocol or HTTP method is not supported.
    public static let unsupportedProtocol = V3ErrorCode(rawValue: "UnsupportedProtocol")
    /// The region is not supported.
    public static let unsupportedRegion = V3ErrorCode(rawValue: "UnsupportedRegion")
}

// MARK: - Codes of the Redis product

extension V3ErrorCode {
    /// The backup does not exist.
    public static let backupNotExists = V3ErrorCode(rawValue: "InvalidParameterValue.BackupNotExists")
    /// The backup is locked by another task.
    public static let backupLocked = V3ErrorCode(rawValue: "ResourceUnavailable.BackupLockedError")
    /// The backup's status does not permit the action; it may have expired or been deleted.
    public static let backupStatusAbnormal = V3ErrorCode(rawValue: "ResourceUnavailable.BackupStatusAbnormal")
    /// The backup is in another flow or deleted.
    public static let backupStatusInvalid = V3ErrorCode(rawValue: "ResourceUnavailable.BackupStatusInvalid")
    /// The instance does not exist.
    public static let instanceNotExists = V3ErrorCode(rawValue: "ResourceNotFound.InstanceNotExists")
    /// The instance is locked by another flow.
    public static let instanceLocked = V3ErrorCode(rawValue: "ResourceUnavailable.InstanceLockedError")
    /// The instance's status does not permit the action.
    public static let instanceStatusAbnormal = V3ErrorCode(rawValue: "ResourceUnavailable.InstanceStatusAbnormal")
    /// The instance is isolated.
    public static let instanceIsolated = V3ErrorCode(rawValue: "ResourceUnavailable.InstanceIsolated")
    /// Only backups of cluster instances can be exported.
    public static let onlyClusterCanExport =
        V3ErrorCode(rawValue: "UnsupportedOperation.OnlyClusterInstanceCanExportBackup")
    /// The instance does not support the action.
    public static let unsupportedByInstance = V3ErrorCode(rawValue: "FailedOperation.UnSupportError")
    /// A required parameter is empty.
    public static let emptyParameter = V3ErrorCode(rawValue: "InvalidParameter.EmptyParam")
    /// A time has the wrong form, or a span of times is not permitted.
    public static let invalidPeriod = V3ErrorCode(rawValue: "InvalidParameter.Period")
    /// The account has no permission for the action.
    public static let permissionDenied = V3ErrorCode(rawValue: "InvalidParameter.PermissionDenied")
    /// The account has no permission in access management.
    public static let notAuthorizedByCAM = V3ErrorCode(rawValue: "UnauthorizedOperation.NoCAMAuthed")
    /// A day of the week is not one.
    public static let invalidWeekDays = V3ErrorCode(rawValue: "InvalidParameterValue.WeekDaysIsInvalid")
    /// The password is wrong.
    public static let passwordError = V3ErrorCode(rawValue: "InvalidParameterValue.PasswordError")
}
