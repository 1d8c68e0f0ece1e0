/// The parameters of `GetRedisBackupList`, which lists an instance's backups (vendor page 239/8403).
///
/// The vendor keeps 7 days. `beginTime` and `endTime` bound the backup's start time, both inclusive.
public struct GetRedisBackupList: CRSActionRequest {
    /// `GetRedisBackupList`.
    public static let action = "GetRedisBackupList"

    /// The instance.
    public var redisId: String
    /// The page size, within ``CRSPaging/limits`` when parsed.
    public var limit: Int
    /// The number of items to skip.
    public var offset: Int
    /// The earliest start time, `yyyy-MM-dd HH:mm:ss` in the server's time zone (see ``CRSTimeFormat``).
    public var beginTime: String?
    /// The latest start time, in the same form.
    public var endTime: String?

    /// Makes a request for one page of backups.
    public init(
        redisId: String,
        limit: Int,
        offset: Int = 0,
        beginTime: String? = nil,
        endTime: String? = nil
    ) {
        self.redisId = redisId
        self.limit = limit
        self.offset = offset
        self.beginTime = beginTime
        self.endTime = endTime
    }

    /// Reads the parameters; `redisId` and `limit` are required.
    ///
    /// `offset` is documented as required with default 0, so its absence is accepted as 0.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter, also for an impossible date.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(
            redisId: try reader.text("redisId"),
            limit: try reader.number("limit", in: CRSPaging.limits),
            offset: try reader.optionalNumber("offset", in: CRSPaging.offsets) ?? 0,
            beginTime: try reader.optionalTime("beginTime"),
            endTime: try reader.optionalTime("endTime")
        )
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        var form = FormParameters()
        form.append("redisId", redisId)
        form.append("limit", limit)
        form.append("offset", offset)
        form.append("beginTime", beginTime)
        form.append("endTime", endTime)
        return form
    }
}
