public import WherryCore

/// Takes secrets out of what a program says, before a person or a log sees it.
public struct Masking: Sendable {
    private let secrets: [[UInt8]]

    /// Hides these; the longest first, as one may be part of another.
    public init(_ secrets: [Secret]) {
        self.secrets = secrets.map { Array($0.reveal.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// The text, with `•••` for each secret and each URL in its redacted form.
    public func masked(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for secret in secrets { bytes = Self.replace(secret, in: bytes) }
        return Self.redactURLs(String(decoding: bytes, as: UTF8.self))
    }

    private static func replace(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= secret.count else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == secret[0], bytes[index...].starts(with: secret) {
                result += "•••".utf8
                index += secret.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func redactURLs(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = Self.urlStart(in: rest) {
            result += rest[..<start]
            let end = rest[start...].firstIndex { $0.isWhitespace || "\"'<>`".contains($0) } ?? rest.endIndex
            result += SignedURL(String(rest[start..<end])).redacted
            rest = rest[end...]
        }
        return result + rest
    }

    private static func urlStart(in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while let found = text[index...].firstIndex(of: "h") {
            if text[found...].hasPrefix("http://") || text[found...].hasPrefix("https://") { return found }
            index = text.index(after: found)
        }
        return nil
    }
}
