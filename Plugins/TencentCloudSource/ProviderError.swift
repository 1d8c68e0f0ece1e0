import QCloudAPI

/// An error answer of the provider, made fit for messages and the catalog.
///
/// What a server writes may repeat what it was sent, and it may not be the provider's server at all.
struct ProviderError: Sendable {
    /// What the code means.
    let kind: V3ErrorKind
    /// The code: at most 100 letters, digits, dots, hyphens and underscores.
    let code: String
    /// The provider's own words, without secrets; empty when there are none.
    let text: String
    /// The id of the call, to be told to the provider's support; nil when not told.
    let requestID: String?

    /// The longest text that is kept, in characters.
    private static let longestText = 300
    /// From this length on a run of letters and digits may be a signature or a token, and no word is that long.
    private static let suspiciousRun = 40

    init(_ error: V3Error, hiding secrets: [String]) {
        kind = error.code.kind
        code = String(error.code.rawValue.filter(Self.isPlain).prefix(100))
        text = Self.harmless(error.message, hiding: secrets)
        requestID = error.requestID.map { String($0.filter(Self.isPlain).prefix(64)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// One line without the secrets, without URLs and without anything that looks like a signature.
    static func harmless(_ text: String, hiding secrets: [String]) -> String {
        var rest = text
        for secret in secrets where !secret.isEmpty { rest = rest.replacing(secret, with: "…") }
        let words = rest.split { $0.isWhitespace || $0.isNewline }.map { word -> Substring in
            let isURL = word.contains("://") || word.lowercased().contains("sign") && word.contains("=")
            return isURL || hasLongRun(word) ? "…" : word
        }
        let line = words.joined(separator: " ").filter { character in
            // No control and no formatting characters: a message is shown on terminals.
            character.unicodeScalars.allSatisfy { !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 0x20 }
        }
        return line.count > longestText ? line.prefix(longestText) + "…" : line
    }

    private static func hasLongRun(_ word: Substring) -> Bool {
        word.utf8.split { !isTokenByte($0) }.contains { $0.count >= suspiciousRun }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="),
            UInt8(ascii: "%"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }
}
