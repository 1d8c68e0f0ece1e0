/// The parameters of `ExportRedisBackup`, which turns a cluster's backup into a file (vendor page 239/8430).
///
/// Only backups of cluster instances need this, and only those in status 2 can be exported; once their status is 4,
/// `GetBackupDownloadUrl` knows their addresses.
public struct ExportRedisBackup: CRSActionRequest {
    /// `ExportRedisBackup`.
    public static let action = "ExportRedisBackup"

    /// The instance.
    public var redisId: String
    /// The backup, from ``GetRedisBackupListResponse``.
    public var backupId: String

    /// Makes a request to export one backup.
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
