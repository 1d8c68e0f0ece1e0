extension V3ErrorCode {
    /// The API 3.0 code for a code of API 2.0, for a server that answers both.
    ///
    /// Inferred from the names of both lists; no page of the vendor maps them. 4500 covers a repeated nonce too, for
    /// which API 3.0 has no code; the nearest, SignatureExpire, tells a client to sign anew.
    public init(_ code: CRSErrorCode) {
        switch code {
        case .badParameter, .invalidParameter: self = .invalidParameter
        case .authenticationFailed: self = .signatureFailure
        case .apiNotAllowed: self = .authUnauthorizedOperation
        case .resourceNotAllowed, .targetResourceNotAllowed, .accessRefused: self = .unauthorizedOperation
        case .secretIdNotFound: self = .secretIDNotFound
        case .tokenError: self = .tokenFailure
        case .multiFactorFailed: self = .multiFactorFailed
        case .accessManagementFailed: self = .notAuthorizedByCAM
        case .requestExpired, .replay: self = .signatureExpire
        case .limitExceeded: self = .requestLimitExceeded
        case .unsupportedProtocol: self = .unsupportedProtocol
        case .resourceNotFound: self = .resourceNotFound
        case .resourceOperationFailed, .purchaseFailed, .partlyDone, .qualificationNotPassed: self = .failedOperation
        case .balanceTooLow: self = V3ErrorCode(rawValue: "ResourceUnavailable.AccountBalanceNotEnough")
        case .serverError, .maintenance: self = .internalError
        case .unsupportedAction: self = .invalidAction
        case .instanceNotExists: self = .instanceNotExists
        case .instanceStatusAbnormal: self = .instanceStatusAbnormal
        case .instanceLocked: self = .instanceLocked
        case .backupLocked: self = .backupLocked
        case .backupStatusAbnormal: self = .backupStatusAbnormal
        case .passwordError: self = .passwordError
        case .backupNotExists: self = .backupNotExists
        case .onlyClusterCanExport: self = .onlyClusterCanExport
        }
    }
}
