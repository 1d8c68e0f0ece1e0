/// The parameters of `DescribeInstanceBackups`, which lists backups (vendor page 239/20011).
///
/// `BeginTime` and `EndTime` bound the backup's start time, both inclusive, at most 30 days apart.
public struct V3DescribeInstanceBackups: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeInstanceBackupsResponse

    /// `DescribeInstanceBackups`.
    public static let action = "DescribeInstanceBackups"
    /// 50 calls per second.
    public static let requestsPerSecond = 50
    /// The longest span between begin and end, in seconds.
    public static let longestSpan: Int64 = 30 * 86_400

    /// The instance; nil lists the backups of all.
    public var instanceID: String?
    /// A part of the instance's name.
    public var instanceName: String?
    /// The page size, within ``V3Paging/backupLimits`` when parsed; 20 when absent.
    public var limit: Int
    /// The number of items to skip.
    public var offset: Int
    /// The earliest start time, `yyyy-MM-dd HH:mm:ss` in the server's time zone (see ``CRSTimeFormat``).
    public var beginTime: String?
    /// The latest start time, in the same form.
    public var endTime: String?
    /// Only backups in these states; none means normal ones, by the newest page.
    public var status: [V3Backup.Status] = []

    /// Makes a request for one page of backups.
    public init(
        instanceID: String?,
        limit: Int = V3Paging.defaultLimit,
        offset: Int = 0,
        beginTime: String? = nil,
        endTime: String? = nil
    ) {
        self.instanceID = instanceID
        self.limit = limit
        self.offset = offset
        self.beginTime = beginTime
        self.endTime = endTime
    }

    /// Reads the parameters; none is required.
    ///
    /// - Throws: ``V3Error`` UnknownParameter, InvalidParameter, InvalidParameterValue; InvalidParameter.Period for an
    ///   impossible date, an end before the begin, or a span of more than 30 days.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(
            parameters,
            known: ["InstanceId", "InstanceName", "Limit", "Offset", "BeginTime", "EndTime", "Status"]
        )
        self.init(
            instanceID: try reader.optionalText("InstanceId"),
            limit: try reader.optionalNumber("Limit", in: V3Paging.backupLimits) ?? V3Paging.defaultLimit,
            offset: try reader.optionalNumber("Offset", in: V3Paging.offsets) ?? 0,
            beginTime: try reader.optionalTime("BeginTime"),
            endTime: try reader.optionalTime("EndTime")
        )
        instanceName = try reader.optionalText("InstanceName")
        // Older pages list 1 to 4, -1 and -2, the newest only 1 and 2; all are taken.
        status = try reader.numbers("Status", in: -2...4).map(V3Backup.Status.init)
        let format = CRSTimeFormat()
        if let begin = beginTime.flatMap(format.parse), let end = endTime.flatMap(format.parse) {
            guard (0...Self.longestSpan).contains(end - begin) else {
                throw V3Error(.invalidPeriod, "EndTime must be 0 to 30 days after BeginTime.")
            }
        }
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        object.append("InstanceId", instanceID)
        object.append("InstanceName", instanceName)
        object.append("Limit", limit)
        object.append("Offset", offset)
        object.append("BeginTime", beginTime)
        object.append("EndTime", endTime)
        object.append("Status", nonEmpty: status.map(\.rawValue))
        return object
    }
}
