/// One element of `redisTaskSet` in the answer of `GetRedisTaskList` (vendor's v2 GetRedisTaskList page).
///
/// The list has no task ids.
public struct CRSTask: Sendable, Equatable {
    /// The state of a task; values beyond the documented ones are kept.
    public struct Status: RawRepresentable, Sendable, Hashable {
        /// The number on the wire.
        public let rawValue: Int

        /// Makes a state from its number.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Not yet begun.
        public static let waiting = Status(rawValue: 0)
        /// At work.
        public static let running = Status(rawValue: 1)
        /// Done.
        public static let done = Status(rawValue: 2)
        /// Failed.
        public static let failed = Status(rawValue: 3)
        /// Ended by an error.
        public static let error = Status(rawValue: -1)
    }

    /// When the task began, `yyyy-MM-dd HH:mm:ss` (see ``CRSTimeFormat``).
    public var startTime: String
    /// What the task does, for example `task_backupInstance`.
    public var taskName: String
    /// The instance's name.
    public var redisName: String
    /// The instance's id.
    public var redisId: String
    /// The project; nil when not told.
    public var projectId: Int?
    /// The state; nil when not told.
    public var status: Status?
    /// How far the task is, documented as 0 or 1; nil when not told.
    public var progress: Int?

    /// Makes a task.
    public init(
        startTime: String,
        taskName: String,
        redisName: String,
        redisId: String,
        projectId: Int? = nil,
        status: Status?,
        progress: Int? = nil
    ) {
        self.startTime = startTime
        self.taskName = taskName
        self.redisName = redisName
        self.redisId = redisId
        self.projectId = projectId
        self.status = status
        self.progress = progress
    }
}

// MARK: - Coding

extension CRSTask: Decodable {
    private enum Key: String, CodingKey {
        case startTime, taskName, redisName, redisId, projectId, status, progress
    }

    /// Reads a task, taking numbers as texts and texts as numbers.
    ///
    /// - Throws: `DecodingError` when the instance's id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            startTime: try fields.text(.startTime) ?? "",
            taskName: try fields.text(.taskName) ?? "",
            redisName: try fields.text(.redisName) ?? "",
            redisId: try fields.identifier(.redisId),
            projectId: try fields.integer(.projectId),
            status: try fields.integer(.status).map(Status.init),
            progress: try fields.integer(.progress)
        )
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("startTime", startTime)
            json.member("taskName", taskName)
            json.member("redisName", redisName)
            json.member("redisId", redisId)
            json.member("projectId", projectId)
            json.member("status", status?.rawValue)
            json.member("progress", progress)
        }
    }
}
