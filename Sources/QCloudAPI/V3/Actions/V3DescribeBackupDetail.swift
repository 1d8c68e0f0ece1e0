/// The parameters of `DescribeBackupDetail`, which tells all about one backup (Python SDK 3.1, redis 2018-04-12).
public struct V3DescribeBackupDetail: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeBackupDetailResponse

    /// `DescribeBackupDetail`.
    public static let action = "DescribeBackupDetail"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The instance.
    public var instanceID: String
    /// The backup, from ``V3DescribeInstanceBackupsResponse``.
    public var backupID: String

    /// Makes a request.
    public init(instanceID: String, backupID: String) {
        self.instanceID = instanceID
        self.backupID = backupID
    }

    /// Reads the parameters; both are required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter or InvalidParameter.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: ["InstanceId", "BackupId"])
        self.init(instanceID: try reader.text("InstanceId"), backupID: try reader.text("BackupId"))
    }

    /// The parameters to send.
    public var parameters: V3Object {
        ["InstanceId": .text(instanceID), "BackupId": .text(backupID)]
    }
}
