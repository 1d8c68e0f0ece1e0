/// Reads the common parameters of a call from headers or a form.
enum V3CommonReader {
    /// The value of a header that must be there once.
    static func header(_ name: String, of message: V3Message) throws(V3Error) -> String {
        guard let value = try optionalHeader(name, of: message) else { throw missing(name) }
        return value
    }

    /// The value of a header, or nil when it is absent or empty.
    static func optionalHeader(_ name: String, of message: V3Message) throws(V3Error) -> String? {
        let values = message.values(of: name)
        guard values.count <= 1 else { throw V3Error(.invalidParameter, "\(name) occurs more than once.") }
        return values.first.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The value of a form parameter that must be there once.
    static func text(_ name: String, of form: FormParameters) throws(V3Error) -> String {
        guard let value = try optionalText(name, of: form) else { throw missing(name) }
        return value
    }

    /// The value of a form parameter, or nil when it is absent or empty.
    static func optionalText(_ name: String, of form: FormParameters) throws(V3Error) -> String? {
        guard form.count(of: name) <= 1 else { throw V3Error(.invalidParameter, "\(name) occurs more than once.") }
        return form[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A timestamp in Unix seconds.
    static func timestamp(_ text: String, _ name: String) throws(V3Error) -> Int64 {
        guard let number = StrictNumber.unsigned(Int64.self, text.utf8) else {
            throw V3Error(.invalidParameter, "\(name) is not a Unix time in seconds.")
        }
        return number
    }

    /// An action's name with its first letter in upper case.
    static func action(_ text: String) throws(V3Error) -> String {
        guard text.utf8.count <= 128, text.utf8.allSatisfy(CRSRequest.isActionCharacter) else {
            throw V3Error(.invalidAction, "The action's name is malformed.")
        }
        return CRSRequest.capitalized(text)
    }

    /// The pairs of a call that has no `Authorization` header: its query with GET, its form body with POST.
    static func form(of message: V3Message) throws(V3Error) -> FormParameters {
        do {
            switch message.verb {
            case .get:
                return try FormParameters(decoding: message.query)
            case .post:
                let type = message.single("Content-Type") ?? ""
                guard mediaType(type) == V3Wire.formContentType else {
                    throw V3Error(.invalidAuthorization, "A request with this content type needs Authorization.")
                }
                return try FormParameters(decoding: message.body)
            }
        } catch let error as V3Error {
            throw error
        } catch {
            throw V3Error(.invalidParameter, "The parameters cannot be decoded.")
        }
    }

    /// The part of a `Content-Type` value before its parameters, in lower case.
    static func mediaType(_ contentType: String) -> String {
        V3Text.lowercased(V3Text.trimmed(contentType.prefix { $0 != ";" }))
    }

    private static func missing(_ name: String) -> V3Error {
        V3Error(.missingParameter, "The required parameter \(name) is missing.")
    }
}
