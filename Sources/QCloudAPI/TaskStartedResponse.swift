/// The answer of `ExportRedisBackup` and `ManualBackupInstance` (vendor page 239/8430).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success","data":{"requestId":12345}}
/// ```
public struct TaskStartedResponse: Sendable, Equatable {
    /// The task, for ``DescribeTaskInfo``; the vendor calls it a request.
    public let requestId: Int

    /// Makes an answer to send.
    public init(requestId: Int) {
        self.requestId = requestId
    }

    /// Reads an answer; `data` may be an object or an array with one.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        self.init(requestId: try Envelope<DataPayload<Started>>.payload(of: bytes).data.requestId)
    }

    /// The JSON for a server to send.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.object("data") { json in json.member("requestId", requestId) }
        }
    }

    private struct Started: Decodable {
        let requestId: Int

        private enum Key: String, CodingKey {
            case requestId
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            guard let id = try fields.integer(.requestId) else { throw fields.missing(.requestId) }
            requestId = id
        }
    }
}
