/// The answer of `DescribeTaskInfo` (vendor's v2 DescribeTaskInfo page).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success","data":{"status":2}}
/// ```
public struct DescribeTaskInfoResponse: Sendable, Equatable {
    /// The state of the task.
    public let status: CRSTask.Status

    /// Makes an answer to send.
    public init(status: CRSTask.Status) {
        self.status = status
    }

    /// Reads an answer; `data` may be an object or an array with one.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        self.init(status: try Envelope<DataPayload<State>>.payload(of: bytes).data.status)
    }

    /// The JSON for a server to send.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.object("data") { json in json.member("status", status.rawValue) }
        }
    }

    private struct State: Decodable {
        let status: CRSTask.Status

        private enum Key: String, CodingKey {
            case status
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            guard let number = try fields.integer(.status) else { throw fields.missing(.status) }
            status = CRSTask.Status(rawValue: number)
        }
    }
}
