/// The parameters of `ModifyAutoBackupConfig` (Python SDK 3.1, redis 2018-04-12).
public struct V3ModifyAutoBackupConfig: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3AutoBackupConfig

    /// `ModifyAutoBackupConfig`.
    public static let action = "ModifyAutoBackupConfig"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The instance.
    public var instanceID: String
    /// The days; the vendor takes them but does not yet change them.
    public var weekDays: [V3AutoBackupConfig.WeekDay]
    /// The hour, `01:00-02:00`; nil leaves it.
    public var timePeriod: String?
    /// 1, which means at set times; nil leaves it.
    public var autoBackupType: Int?
    /// How long to keep backups, in days, which is 7 unless the vendor granted more; nil leaves it.
    public var storageDays: Int?

    /// Makes a request.
    public init(
        instanceID: String,
        weekDays: [V3AutoBackupConfig.WeekDay] = [],
        timePeriod: String? = nil,
        autoBackupType: Int? = nil,
        storageDays: Int? = nil
    ) {
        self.instanceID = instanceID
        self.weekDays = weekDays
        self.timePeriod = timePeriod
        self.autoBackupType = autoBackupType
        self.storageDays = storageDays
    }

    /// Reads the parameters; `InstanceId` is required.
    ///
    /// Days to keep are taken within the bounds of `ManualBackupInstance`, as accounts may have more than 7 granted.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter, InvalidParameterValue or
    ///   InvalidParameterValue.WeekDaysIsInvalid.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(
            parameters,
            known: ["InstanceId", "WeekDays", "TimePeriod", "AutoBackupType", "BackupStorageDays"]
        )
        self.init(
            instanceID: try reader.text("InstanceId"),
            weekDays: try reader.choices("WeekDays", of: V3AutoBackupConfig.WeekDay.self, code: .invalidWeekDays),
            timePeriod: try reader.optionalText("TimePeriod"),
            autoBackupType: try reader.optionalNumber("AutoBackupType", in: 1...1),
            storageDays: try reader.optionalNumber("BackupStorageDays", in: V3ManualBackupInstance.storageDaysRange)
        )
        guard timePeriod.map(V3AutoBackupConfig.isPeriod) ?? true else {
            throw V3Error(.invalidParameterValue, "TimePeriod is not a whole hour such as 01:00-02:00.")
        }
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        object.append("InstanceId", instanceID)
        object.append("WeekDays", nonEmpty: weekDays.map(\.rawValue))
        object.append("TimePeriod", timePeriod)
        object.append("AutoBackupType", autoBackupType)
        object.append("BackupStorageDays", storageDays)
        return object
    }
}
