/// Names and default texts of the documented codes.
enum CRSErrorTable {
    /// Business names, including second names, to codes.
    static let business: [String: CRSErrorCode] = {
        var table: [String: CRSErrorCode] = [:]
        for code in CRSErrorCode.allCases where code.isBusiness {
            for name in names(of: code) { table[name] = code }
        }
        return table
    }()

    /// The names of a code, never empty.
    ///
    /// No page lists the names of the common codes; those below 10000 are inferred.
    static func names(of code: CRSErrorCode) -> [String] {
        switch code {
        case .badParameter: ["InvalidParameter"]
        case .authenticationFailed: ["AuthFailure"]
        case .apiNotAllowed: ["UnauthorizedOperation"]
        case .resourceNotAllowed: ["UnauthorizedResource"]
        case .targetResourceNotAllowed: ["UnauthorizedTargetResource"]
        case .secretIdNotFound: ["SecretIdNotFound"]
        case .tokenError: ["TokenFailure"]
        case .multiFactorFailed: ["MFAFailure"]
        case .accessManagementFailed: ["CAMFailure"]
        case .requestExpired: ["RequestExpired"]
        case .accessRefused: ["AccessDenied"]
        case .limitExceeded: ["LimitExceeded"]
        case .replay: ["ReplayAttack"]
        case .unsupportedProtocol: ["UnsupportedProtocol"]
        case .resourceNotFound: ["ResourceNotFound"]
        case .resourceOperationFailed: ["ResourceOperationFailed"]
        case .purchaseFailed: ["PurchaseFailed"]
        case .balanceTooLow: ["InsufficientBalance"]
        case .partlyDone: ["PartialSuccess"]
        case .qualificationNotPassed: ["QualificationNotPassed"]
        case .serverError: ["InternalError"]
        case .unsupportedAction: ["UnsupportedAction"]
        case .maintenance: ["InMaintenance"]
        case .instanceNotExists: ["InstanceNotExists"]
        case .instanceStatusAbnormal: ["InstanceStatusAbnormal"]
        case .instanceLocked: ["InstanceLockedError"]
        case .backupLocked: ["BackupLockedError"]
        case .backupStatusAbnormal: ["BackupStatusAbnormal", "BackupStatusInvalid"]
        case .passwordError: ["PasswordError"]
        case .invalidParameter: ["InvalidParameter"]
        case .backupNotExists: ["BackupNotExists"]
        case .onlyClusterCanExport: ["OnlyClusterInstanceCanExportBackup"]
        }
    }

    /// The text a server sends when it has nothing more precise to say.
    static func message(of code: CRSErrorCode) -> String {
        switch code {
        case .badParameter: "A common parameter is missing or malformed."
        case .authenticationFailed: "Authentication failed; check the signature."
        case .apiNotAllowed: "The account may not call this API."
        case .resourceNotAllowed: "The account may not use this resource."
        case .targetResourceNotAllowed: "The account may not use the resource this API works on."
        case .secretIdNotFound: "The SecretId does not exist."
        case .tokenError: "The session token is wrong."
        case .multiFactorFailed: "Multi-factor authentication failed."
        case .accessManagementFailed: "Access management refused the request."
        case .requestExpired: "The request has expired."
        case .accessRefused: "Access is refused."
        case .limitExceeded: "A quota or the request rate is exceeded."
        case .replay: "The request is a replay, or its Timestamp is too far from the server's time."
        case .unsupportedProtocol: "The protocol is not supported; use HTTPS."
        case .resourceNotFound: "The resource does not exist."
        case .resourceOperationFailed: "The operation on the resource failed."
        case .purchaseFailed: "The purchase failed."
        case .balanceTooLow: "The account's balance is too low."
        case .partlyDone: "Only a part of the work was done."
        case .qualificationNotPassed: "The account's qualification was not passed."
        case .serverError: "The server failed."
        case .unsupportedAction: "The action or version is not supported; check the host name."
        case .maintenance: "The API is in maintenance."
        case .instanceNotExists: "The instance does not exist."
        case .instanceStatusAbnormal: "The instance's status does not permit the action."
        case .instanceLocked: "The instance is locked by another flow."
        case .backupLocked: "The backup is locked by another flow."
        case .backupStatusAbnormal: "The backup's status does not permit the action."
        case .passwordError: "The instance's password is wrong."
        case .invalidParameter: "A parameter is missing or malformed."
        case .backupNotExists: "The backup does not exist."
        case .onlyClusterCanExport: "Only backups of cluster instances can be exported."
        }
    }
}
