#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An answer that was read: what the action answers, and the id of the call.
public struct V3Answer<Response: V3ActionResponse>: Sendable, Equatable {
    /// What the action answers.
    public let response: Response
    /// The call's id, to be told to the vendor's support; nil when not told.
    public let requestID: String?

    /// Reads an answer.
    ///
    /// - Throws: ``V3Error`` when the answer is one, ``CRSMalformedAnswer`` when it is not of API 3.0's form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        do {
            let envelope = try JSONDecoder().decode(V3Envelope<Response>.self, from: Data(bytes))
            (response, requestID) = (try envelope.result.get(), envelope.requestID)
        } catch let error as DecodingError {
            throw CRSMalformedAnswer(error)
        }
    }
}

/// The outer object of every answer.
private struct V3Envelope<Payload: Decodable>: Decodable {
    let result: Result<Payload, V3Error>
    let requestID: String?

    private enum Key: String, CodingKey {
        case response = "Response"
        case error = "Error"
        case requestID = "RequestId"
        case code = "Code"
        case message = "Message"
    }

    init(from decoder: any Decoder) throws {
        let outer = try decoder.container(keyedBy: Key.self)
        let inner = try outer.nestedContainer(keyedBy: Key.self, forKey: .response)
        requestID = try inner.text(.requestID).flatMap { $0.isEmpty ? nil : $0 }
        if inner.contains(.error), try !inner.decodeNil(forKey: .error) {
            let error = try inner.nestedContainer(keyedBy: Key.self, forKey: .error)
            result = .failure(
                V3Error(
                    V3ErrorCode(rawValue: try error.identifier(.code)),
                    try error.text(.message) ?? "",
                    requestID: requestID
                )
            )
        } else {
            result = .success(try outer.decode(Payload.self, forKey: .response))
        }
    }
}
