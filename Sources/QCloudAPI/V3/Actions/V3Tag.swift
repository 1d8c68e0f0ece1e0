/// A tag of an instance, as filter and in answers.
public struct V3Tag: Sendable, Hashable {
    /// The tag's key.
    public let key: String
    /// The tag's value, may be empty.
    public let value: String

    /// Makes a tag.
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    var members: V3Object { ["TagKey": .text(key), "TagValue": .text(value)] }
}

extension V3Tag: Decodable {
    private enum Key: String, CodingKey {
        case key = "TagKey"
        case value = "TagValue"
    }

    /// Reads a tag.
    ///
    /// - Throws: `DecodingError` when a member is not a text.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(key: try fields.text(.key) ?? "", value: try fields.text(.value) ?? "")
    }
}
