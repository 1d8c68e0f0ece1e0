/// The answer of the actions that begin a task, such as `ManualBackupInstance`.
///
/// ```json
/// {"Response":{"TaskId":1234,"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3TaskResponse: V3ActionResponse {
    /// The task, for ``V3DescribeTaskInfo``.
    public let taskID: Int

    /// Makes an answer to send.
    public init(taskID: Int) {
        self.taskID = taskID
    }

    private enum Key: String, CodingKey {
        case taskID = "TaskId"
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when the task's id is missing.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        guard let id = try fields.integer(.taskID) else { throw fields.missing(.taskID) }
        self.init(taskID: id)
    }

    /// The members to send.
    public var members: V3Object { ["TaskId": .integer(taskID)] }
}
