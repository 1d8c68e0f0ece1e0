/// The parameters of `DescribeAutoBackupConfig` (Python SDK 3.1, redis 2018-04-12).
public struct V3DescribeAutoBackupConfig: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3AutoBackupConfig

    /// `DescribeAutoBackupConfig`.
    public static let action = "DescribeAutoBackupConfig"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The instance.
    public var instanceID: String

    /// Makes a request.
    public init(instanceID: String) {
        self.instanceID = instanceID
    }

    /// Reads the parameter, which is required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter or InvalidParameter.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: ["InstanceId"])
        self.init(instanceID: try reader.text("InstanceId"))
    }

    /// The parameters to send.
    public var parameters: V3Object { ["InstanceId": .text(instanceID)] }
}
