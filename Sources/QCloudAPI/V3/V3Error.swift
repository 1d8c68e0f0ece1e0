/// An error answer of API 3.0, sent with HTTP status 200 (vendor page 239/32050).
///
/// ```json
/// {"Response":{"Error":{"Code":"InvalidParameterValue.BackupNotExists","Message":"The backup does not exist."},
///  "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3Error: Error, Sendable, Equatable {
    /// What went wrong, for programs.
    public let code: V3ErrorCode
    /// What went wrong, for people.
    public let message: String
    /// The id of the answer that held the error; nil for an error that is made here, and when not told.
    public let requestID: String?

    /// Makes an error, with the code's own text unless a more precise one is given.
    public init(_ code: V3ErrorCode, _ message: String? = nil, requestID: String? = nil) {
        self.code = code
        self.message = message ?? code.defaultMessage
        self.requestID = requestID
    }

    /// The JSON envelope for a server to send as ``V3Wire/answerContentType``.
    ///
    /// - Parameter requestID: the answer's id; the vendor's SDK fails on an error without one.
    public func encoded(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("Response") { json in
                json.object("Error") { json in
                    json.member("Code", code.rawValue)
                    json.member("Message", message)
                }
                json.member("RequestId", requestID)
            }
        }
        return json.bytes
    }
}
