import Crypto

/// The request signature TC3-HMAC-SHA256 of API 3.0.
///
/// Sources: the vendor's signature v3 page and its Python SDK 3.1.195 (`_get_tc3_signature`, `sign_tc3`). Known
/// signers differ in one thing: the page wants header values in lower case, the SDK signs them as they are; with
/// `content-type` and `host` this shows only when they have capitals.
public enum TC3Signature {
    /// The name of the algorithm.
    public static let algorithm = "TC3-HMAC-SHA256"
    /// The value of `X-TC-Content-SHA256` that leaves the body out, and the text that is hashed in its place.
    public static let unsignedPayload = "UNSIGNED-PAYLOAD"
    /// The headers that every signature must cover.
    public static let requiredHeaders = ["content-type", "host"]

    /// The text whose hash is signed.
    ///
    /// - Parameters:
    ///   - query: the query as it is on the wire; with POST it is empty.
    ///   - headers: the signed headers in the order of the `SignedHeaders` list, values as they are to be signed.
    ///   - payload: the body, or the bytes of ``unsignedPayload``.
    public static func canonicalRequest(
        verb: CRSVerb,
        path: String,
        query: String,
        headers: [V3Message.Header],
        payload: some Collection<UInt8>
    ) -> String {
        let names = headers.map { V3Text.lowercased($0.name) }
        let lines = zip(names, headers).map { "\($0):\($1.value)\n" }.joined()
        let hash = V3Text.hexadecimal(SHA256.hash(data: Array(payload)))
        return [verb.rawValue, path, query, lines, names.joined(separator: ";"), hash].joined(separator: "\n")
    }

    /// The text that the key signs.
    public static func stringToSign(timestamp: Int64, scope: TC3Scope, canonicalRequest: String) -> String {
        let hash = V3Text.hexadecimal(SHA256.hash(data: Array(canonicalRequest.utf8)))
        return "\(algorithm)\n\(timestamp)\n\(scope.text)\n\(hash)"
    }

    /// The signature as lower-case hexadecimal digits.
    public static func sign(_ stringToSign: String, scope: TC3Scope, secretKey: String) -> String {
        let key = signingKey(scope: scope, secretKey: secretKey)
        return V3Text.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(stringToSign.utf8), using: key))
    }

    /// Tells whether a signature belongs to one of the texts, comparing in constant time.
    ///
    /// Every text is tried, so that the time taken does not tell which one matched. A signature that is not 64
    /// hexadecimal digits is just wrong, and so is any under an empty key.
    public static func verify(
        _ signature: String,
        stringsToSign: [String],
        scope: TC3Scope,
        secretKey: String
    ) -> Bool {
        guard !secretKey.isEmpty, let claimed = V3Text.bytes(hexadecimal: signature), claimed.count == 32
        else { return false }
        let key = signingKey(scope: scope, secretKey: secretKey)
        var matches = false
        for text in stringsToSign {
            matches =
                HMAC<SHA256>.isValidAuthenticationCode(claimed, authenticating: Array(text.utf8), using: key) || matches
        }
        return matches
    }

    private static func signingKey(scope: TC3Scope, secretKey: String) -> SymmetricKey {
        var key = SymmetricKey(data: Array("TC3\(secretKey)".utf8))
        for part in [scope.date, scope.service, TC3Scope.terminator] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
        return key
    }
}
