/// The parameters of `DescribeTaskInfo`, which tells how far a task is (Python SDK 3.1, redis 2018-04-12).
public struct V3DescribeTaskInfo: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeTaskInfoResponse

    /// `DescribeTaskInfo`.
    public static let action = "DescribeTaskInfo"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The task, from ``V3TaskResponse``.
    public var taskID: Int

    /// Makes a request.
    public init(taskID: Int) {
        self.taskID = taskID
    }

    /// Reads the parameter, which is required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter or InvalidParameterValue.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: ["TaskId"])
        self.init(taskID: try reader.number("TaskId", in: 0...Int.max))
    }

    /// The parameters to send.
    public var parameters: V3Object { ["TaskId": .integer(taskID)] }
}
