#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The outer object of every answer: `code`, `message`, `codeDesc` and the action's own members.
struct Envelope<Payload: EnvelopePayload>: Decodable {
    let result: Result<Payload, CRSError>

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: EnvelopeKey.self)
        guard let code = try fields.integer(.code) else { throw fields.missing(.code) }
        if code != 0 {
            let error = CRSError.parse(
                code: code,
                codeDesc: try fields.text(.codeDesc) ?? "",
                message: try fields.text(.message) ?? ""
            )
            if let error {
                result = .failure(error)
                return
            }
        }
        result = .success(try Payload(envelope: fields))
    }

    /// Reads an answer in one pass, throwing the error that it holds.
    static func payload(of bytes: some Collection<UInt8>) throws -> Payload {
        do {
            return try JSONDecoder().decode(Self.self, from: Data(bytes)).result.get()
        } catch let error as DecodingError {
            throw CRSMalformedAnswer(error)
        }
    }
}

extension Envelope where Payload == NoPayload {
    /// Writes an answer with code, message and name, and what `body` adds.
    static func encoded(
        code: Int = 0,
        message: String = "",
        codeDesc: String = "Success",
        _ body: (inout JSONWriter) -> Void = { _ in }
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("code", code)
            json.member("message", message)
            json.member("codeDesc", codeDesc)
            body(&json)
        }
        return json.bytes
    }
}

/// What an action adds to the envelope.
protocol EnvelopePayload {
    init(envelope: KeyedDecodingContainer<EnvelopeKey>) throws
}

/// The payload of an answer of which only the code matters.
struct NoPayload: EnvelopePayload {
    init(envelope: KeyedDecodingContainer<EnvelopeKey>) {}
}

/// The members of the envelope.
enum EnvelopeKey: String, CodingKey {
    case code, message, codeDesc, totalCount, data
}
