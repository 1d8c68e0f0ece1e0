/// The answer of `GetRedisTaskList` (vendor's v2 GetRedisTaskList page).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success","totalCount":1,
///  "data":{"redisTaskSet":[{"startTime":"2017-02-08 16:46:34","taskName":"task_backupInstance",
///   "redisName":"shop","redisId":"crs-c7xq4kqu","projectId":0,"status":2,"progress":1}]}}
/// ```
public struct GetRedisTaskListResponse: Sendable, Equatable {
    /// The number of tasks that match, over all pages; nil when not told.
    public let totalCount: Int?
    /// The tasks of this page; their order is not documented.
    public let tasks: [CRSTask]

    /// Makes an answer to send.
    public init(totalCount: Int?, tasks: [CRSTask]) {
        self.totalCount = totalCount
        self.tasks = tasks
    }

    /// Reads an answer; numbers may be texts and `data` may be an array or an object.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        let payload = try Envelope<ListPayload<CRSTask>>.payload(of: bytes)
        self.init(totalCount: payload.totalCount, tasks: payload.items)
    }

    /// The JSON for a server to send.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.member("totalCount", totalCount)
            json.object("data") { json in
                json.array("redisTaskSet", tasks) { json, task in task.write(to: &json) }
            }
        }
    }
}
