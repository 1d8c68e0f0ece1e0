/// The error codes that the API 2.0 pages of the Redis product document.
///
/// Sources: vendor pages 239/1757 (common codes), 239/8452, 239/8403, 239/8430 and the
/// ManualBackupInstance and RestoreInstance pages (business codes); 4200 is from the older 213/1718.
public enum CRSErrorCode: Int, Sendable, Hashable, CaseIterable {
    /// A common parameter is missing or malformed.
    case badParameter = 4000
    /// Authentication failed, mostly because of a bad signature.
    case authenticationFailed = 4100
    /// A sub-account may not call this API.
    case apiNotAllowed = 4101
    /// The caller may not use this resource.
    case resourceNotAllowed = 4102
    /// The caller may not use the resource this API works on.
    case targetResourceNotAllowed = 4103
    /// The SecretId does not exist.
    case secretIdNotFound = 4104
    /// The session token is wrong.
    case tokenError = 4105
    /// Multi-factor authentication failed.
    case multiFactorFailed = 4106
    /// Another access management failure.
    case accessManagementFailed = 4110
    /// The request is too old (older product tables only).
    case requestExpired = 4200
    /// Access is refused, for example to a blocked account.
    case accessRefused = 4300
    /// A quota or rate is used up.
    case limitExceeded = 4400
    /// A replay: the nonce repeats or the timestamp is off by more than 5 minutes.
    case replay = 4500
    /// The protocol is not supported; HTTPS only.
    case unsupportedProtocol = 4600
    /// The resource does not exist.
    case resourceNotFound = 5000
    /// An operation on a resource failed.
    case resourceOperationFailed = 5100
    /// A purchase failed.
    case purchaseFailed = 5200
    /// The balance is too low.
    case balanceTooLow = 5300
    /// Only a part of the work was done.
    case partlyDone = 5400
    /// The account's qualification was not passed.
    case qualificationNotPassed = 5500
    /// The server failed.
    case serverError = 6000
    /// The action or version is not supported.
    case unsupportedAction = 6100
    /// The API is in maintenance.
    case maintenance = 6200
    /// The instance does not exist.
    case instanceNotExists = 10701
    /// The instance's status does not permit the action.
    case instanceStatusAbnormal = 10702
    /// The instance is locked by another flow.
    case instanceLocked = 10707
    /// The backup is locked by another flow.
    case backupLocked = 10710
    /// The backup's status does not permit the action.
    case backupStatusAbnormal = 10711
    /// The instance's password is wrong.
    case passwordError = 10712
    /// An action parameter is missing or malformed.
    case invalidParameter = 11201
    /// The backup does not exist.
    case backupNotExists = 11213
    /// Only backups of cluster instances can be exported.
    case onlyClusterCanExport = 11214

    /// Tells whether this is a business logic code of an action, not one of the common codes.
    public var isBusiness: Bool { rawValue >= 10_000 }

    /// The `codeDesc` to send, documented for business codes and inferred for common ones.
    public var name: String { names[0] }

    /// Every `codeDesc` known for this code, the usual one first.
    ///
    /// 10711 has two: page 239/8452 says BackupStatusAbnormal, page 239/8430 BackupStatusInvalid.
    public var names: [String] { CRSErrorTable.names(of: self) }

    /// The business code with this `codeDesc`, or nil when it names none.
    public init?(businessName: String) {
        guard let code = CRSErrorTable.business[businessName] else { return nil }
        self = code
    }
}
