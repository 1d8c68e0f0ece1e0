/// The parameters of `GetBackupDownloadUrl`, which signs a backup's addresses (vendor page 239/8452).
public struct GetBackupDownloadUrl: CRSActionRequest {
    /// `GetBackupDownloadUrl`.
    public static let action = "GetBackupDownloadUrl"

    /// The instance.
    public var redisId: String
    /// The backup, from ``GetRedisBackupListResponse``.
    public var backupId: String

    /// Makes a request for one backup's addresses.
    public init(redisId: String, backupId: String) {
        self.redisId = redisId
        self.backupId = backupId
    }

    /// Reads the parameters; both are required.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(redisId: try reader.text("redisId"), backupId: try reader.text("backupId"))
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        ["redisId": redisId, "backupId": backupId]
    }
}
