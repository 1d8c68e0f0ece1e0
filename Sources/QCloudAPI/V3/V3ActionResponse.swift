/// What one API 3.0 action answers, without the envelope.
///
/// Decoding is lenient: members may be missing, null, or numbers sent as texts.
public protocol V3ActionResponse: Sendable, Equatable, Decodable {
    /// The members to send.
    var members: V3Object { get }
}

extension V3ActionResponse {
    /// The JSON envelope for a server to send as ``V3Wire/answerContentType``, with HTTP status 200.
    ///
    /// ```json
    /// {"Response":{"TaskId":1234,"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
    /// ```
    public func encoded(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("Response") { json in
                members.write(to: &json)
                json.member("RequestId", requestID)
            }
        }
        return json.bytes
    }
}
