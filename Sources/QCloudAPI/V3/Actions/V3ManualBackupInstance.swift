/// The parameters of `ManualBackupInstance`, which begins a backup (Python SDK 3.1, redis 2018-04-12).
public struct V3ManualBackupInstance: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3TaskResponse

    /// `ManualBackupInstance`.
    public static let action = "ManualBackupInstance"
    /// 20 calls per second.
    public static let requestsPerSecond = 20
    /// How long a backup may be kept, in days; more than 7 the vendor grants on request only.
    public static let storageDaysRange = 0...1825
    /// How long a backup is kept when neither this call nor the automatic backup says so, in days.
    public static let defaultStorageDays = 7

    /// The instance.
    public var instanceID: String
    /// The owner's remark.
    public var remark: String?
    /// How long to keep the backup, in days; nil means as long as automatic ones.
    public var storageDays: Int?

    /// Makes a request.
    public init(instanceID: String, remark: String? = nil, storageDays: Int? = nil) {
        self.instanceID = instanceID
        self.remark = remark
        self.storageDays = storageDays
    }

    /// Reads the parameters; `InstanceId` is required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter or InvalidParameterValue.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: ["InstanceId", "Remark", "StorageDays"])
        self.init(
            instanceID: try reader.text("InstanceId"),
            remark: try reader.optionalText("Remark"),
            storageDays: try reader.optionalNumber("StorageDays", in: Self.storageDaysRange)
        )
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        object.append("InstanceId", instanceID)
        object.append("Remark", remark)
        object.append("StorageDays", storageDays)
        return object
    }
}
