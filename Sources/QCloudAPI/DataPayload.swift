/// One object in `data`, or in the first element of `data` when that is an array.
struct DataPayload<Content: Decodable>: EnvelopePayload {
    let data: Content

    init(envelope: KeyedDecodingContainer<EnvelopeKey>) throws {
        // A failure here says only that the value is not an array.
        if var elements = try? envelope.nestedUnkeyedContainer(forKey: .data) {
            data = try elements.decode(Content.self)
        } else {
            data = try envelope.decode(Content.self, forKey: .data)
        }
    }
}
