/// The answer of `DescribeTaskInfo` (Python SDK 3.1, redis 2018-04-12).
///
/// ```json
/// {"Response":{"Status":"succeed","StartTime":"2022-01-09 09:39:49","TaskType":"task_backupInstance",
///   "InstanceId":"crs-5a4py64p","TaskMessage":"","RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3DescribeTaskInfoResponse: V3ActionResponse {
    /// The state of a task.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Not yet begun.
        case preparing
        /// At work.
        case running
        /// Done.
        case succeed
        /// Failed.
        case failed
        /// Ended by an error.
        case error

        /// Reads a state, also one by the numbers of API 2.0 and early 3.0; nil for any other text.
        public init?(wireName: String) {
            switch wireName {
            case "0": self = .preparing
            case "1": self = .running
            case "2": self = .succeed
            case "3": self = .failed
            case "-1": self = .error
            default: self.init(rawValue: wireName)
            }
        }

        /// Tells whether the task will not change any more.
        public var isFinal: Bool {
            switch self {
            case .preparing, .running: false
            case .succeed, .failed, .error: true
            }
        }
    }

    /// The state; nil for one that is not documented.
    public var status: Status?
    /// When the task began, `yyyy-MM-dd HH:mm:ss`; nil when not told.
    public var startTime: String?
    /// What the task does; nil when not told.
    public var taskType: String?
    /// The instance; nil when not told.
    public var instanceID: String?
    /// What went wrong; empty while nothing did.
    public var taskMessage: String

    /// Makes an answer to send.
    public init(
        status: Status?,
        startTime: String? = nil,
        taskType: String? = nil,
        instanceID: String? = nil,
        taskMessage: String = ""
    ) {
        self.status = status
        self.startTime = startTime
        self.taskType = taskType
        self.instanceID = instanceID
        self.taskMessage = taskMessage
    }

    private enum Key: String, CodingKey {
        case status = "Status"
        case startTime = "StartTime"
        case taskType = "TaskType"
        case instanceID = "InstanceId"
        case taskMessage = "TaskMessage"
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when the state is missing or a member is not a text.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            status: Status(wireName: try fields.identifier(.status)),
            startTime: try fields.text(.startTime),
            taskType: try fields.text(.taskType),
            instanceID: try fields.text(.instanceID),
            taskMessage: try fields.text(.taskMessage) ?? ""
        )
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        object.append("Status", status?.rawValue)
        object.append("StartTime", startTime)
        object.append("TaskType", taskType)
        object.append("InstanceId", instanceID)
        object.append("TaskMessage", taskMessage)
        return object
    }
}
