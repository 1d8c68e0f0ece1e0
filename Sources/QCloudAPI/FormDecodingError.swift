/// Why a query string or form body could not be decoded.
public enum FormDecodingError: Error, Sendable, Equatable {
    /// A `%` at this byte offset is not followed by two hexadecimal digits.
    case brokenEscape(offset: Int)
    /// The name or value that begins at this byte offset is not UTF-8 once unescaped.
    case notUTF8(offset: Int)
}
