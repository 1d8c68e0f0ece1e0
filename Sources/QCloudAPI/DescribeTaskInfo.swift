/// The parameters of `DescribeTaskInfo`, which tells how far a task is (vendor's v2 DescribeTaskInfo page).
public struct DescribeTaskInfo: CRSActionRequest {
    /// `DescribeTaskInfo`.
    public static let action = "DescribeTaskInfo"

    /// The task, from ``TaskStartedResponse``.
    public var requestId: Int

    /// Makes a request for one task.
    public init(requestId: Int) {
        self.requestId = requestId
    }

    /// Reads the parameter, which is required.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(requestId: try reader.number("requestId", in: 0...Int.max))
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        var form = FormParameters()
        form.append("requestId", requestId)
        return form
    }
}
