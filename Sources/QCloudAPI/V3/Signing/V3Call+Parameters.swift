extension V3Call {
    /// Reads the action's parameters from the query or body, without the common ones.
    ///
    /// Ask after ``authenticate(secretKey:token:now:policy:)``, so that strangers cannot make the server parse.
    ///
    /// - Throws: ``V3Error`` InvalidParameter when query or body cannot be decoded, UnsupportedProtocol for a content
    ///   type that no known client sends.
    public func parameters() throws(V3Error) -> V3Object {
        if let form { return try Self.withoutCommon(form) }
        switch message.verb {
        case .get:
            return try Self.withoutCommon(try V3CommonReader.form(of: message))
        case .post:
            let type = message.single("Content-Type") ?? ""
            if let boundary = V3Multipart.boundary(of: type) {
                return try V3Multipart.object(of: message.body, boundary: boundary)
            }
            guard V3CommonReader.mediaType(type) == V3Wire.jsonContentType else {
                throw V3Error(.unsupportedProtocol, "The content type must be \(V3Wire.jsonContentType).")
            }
            return message.body.isEmpty ? V3Object() : try V3Object(json: message.body)
        }
    }

    private static func withoutCommon(_ form: FormParameters) throws(V3Error) -> V3Object {
        try V3Object(unflattening: FormParameters(form.fields.filter { !commonNames.contains($0.name) }))
    }
}
