/// The parameters of `GetRedisTaskList`, which lists tasks (vendor's v2 GetRedisTaskList page).
public struct GetRedisTaskList: CRSActionRequest {
    /// `GetRedisTaskList`.
    public static let action = "GetRedisTaskList"

    /// The page size, within ``CRSPaging/limits`` when parsed.
    public var limit: Int
    /// The number of items to skip.
    public var offset: Int
    /// Only tasks of the instance with this id.
    public var redisId: String?
    /// Only tasks of instances with this name.
    public var redisName: String?
    /// The earliest start time, `yyyy-MM-dd HH:mm:ss` in the server's time zone (see ``CRSTimeFormat``).
    public var beginTime: String?
    /// The latest start time, in the same form.
    public var endTime: String?
    /// Only tasks in these states.
    public var taskStatus: [CRSTask.Status] = []
    /// Only tasks of these types, for example `task_backupInstance`; the vendor may know more than it documents.
    public var taskType: [String] = []

    /// Makes a request for one page; the filters can be set afterwards.
    public init(limit: Int, offset: Int = 0, redisId: String? = nil, redisName: String? = nil) {
        self.limit = limit
        self.offset = offset
        self.redisId = redisId
        self.redisName = redisName
    }

    /// Reads the parameters; `limit` and `offset` are required.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter, also for an impossible date.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(
            limit: try reader.number("limit", in: CRSPaging.limits),
            offset: try reader.number("offset", in: CRSPaging.offsets),
            redisId: reader.optionalText("redisId"),
            redisName: reader.optionalText("redisName")
        )
        beginTime = try reader.optionalTime("beginTime")
        endTime = try reader.optionalTime("endTime")
        for text in parameters.list("taskStatus") {
            guard let number = StrictNumber.signed(text.utf8), (-1...3).contains(number) else {
                throw CRSError(.invalidParameter, "taskStatus is none of -1, 0, 1, 2, 3.")
            }
            taskStatus.append(CRSTask.Status(rawValue: number))
        }
        taskType = parameters.list("taskType")
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        var form = FormParameters()
        form.append("limit", limit)
        form.append("offset", offset)
        form.append("redisId", redisId)
        form.append("redisName", redisName)
        form.append("beginTime", beginTime)
        form.append("endTime", endTime)
        form.append("taskStatus", list: taskStatus.map { String($0.rawValue) })
        form.append("taskType", list: taskType)
        return form
    }
}
