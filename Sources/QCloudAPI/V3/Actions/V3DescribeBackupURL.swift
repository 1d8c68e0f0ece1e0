/// The parameters of `DescribeBackupUrl`, which signs the addresses of a backup's files (vendor page 239/34443).
public struct V3DescribeBackupURL: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeBackupURLResponse

    /// `DescribeBackupUrl`.
    public static let action = "DescribeBackupUrl"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The instance.
    public var instanceID: String
    /// The backup, from ``V3DescribeInstanceBackupsResponse``.
    public var backupID: String
    /// From where the addresses may be used; without a type the account's setting holds.
    public var limit: V3DownloadLimit

    /// Makes a request for one backup's addresses.
    public init(instanceID: String, backupID: String, limit: V3DownloadLimit = V3DownloadLimit()) {
        self.instanceID = instanceID
        self.backupID = backupID
        self.limit = limit
    }

    /// Reads the parameters; both ids are required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter or InvalidParameterValue.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: ["InstanceId", "BackupId"] + V3DownloadLimit.names)
        self.init(
            instanceID: try reader.text("InstanceId"),
            backupID: try reader.text("BackupId"),
            limit: try V3DownloadLimit(reader)
        )
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        object.append("InstanceId", instanceID)
        object.append("BackupId", backupID)
        limit.append(to: &object)
        return object
    }
}
