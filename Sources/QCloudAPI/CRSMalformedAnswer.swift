/// An answer that is not the JSON of API 2.0.
///
/// Says where it went wrong but never quotes the answer, which may hold signed addresses.
public struct CRSMalformedAnswer: Error, Sendable, Equatable, CustomStringConvertible {
    /// The member at fault, for example `data.redisSet.0.redisId`; empty when the text is not JSON.
    public let path: String
    /// What is wrong there.
    public let reason: String

    init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    init(_ error: DecodingError) {
        let (context, reason): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .valueNotFound(_, let context): (context, "a value is missing")
            case .typeMismatch(_, let context): (context, "the value has another JSON type")
            case .dataCorrupted(let context): (context, "the value or the JSON text is malformed")
            @unknown default: (.init(codingPath: [], debugDescription: ""), "the JSON text is malformed")
            }
        let path = context.codingPath.map { key in key.intValue.map(String.init) ?? key.stringValue }
        self.init(path: path.joined(separator: "."), reason: reason)
    }

    /// One sentence with the place and the reason.
    public var description: String {
        path.isEmpty ? "The answer is malformed: \(reason)." : "The answer is malformed at \(path): \(reason)."
    }
}
