import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The older request signature of API 3.0, HmacSHA1 or HmacSHA256 over all parameters.
///
/// As in API 2.0 (``CRSSignature``) with one difference: values that start with `@` are signed with POST too (Python
/// SDK 3.1.195, `_format_sign_string`). No parameter of the Redis product has a `_`, so that the place of its
/// replacement is left to ``CRSSignature``, which accepts both orders.
public enum V3FormSignature {
    /// The texts that a known client may have signed; the first one is what ``sign(verb:host:path:parameters:secretKey:method:)``
    /// signs.
    public static func stringsToSign(
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters
    ) -> [String] {
        // The texts for GET leave no value out; only the verb at their start is another with POST.
        CRSSignature.acceptedStringsToSign(verb: .get, host: host, path: path, parameters: parameters).map {
            verb.rawValue + $0.dropFirst(CRSVerb.get.rawValue.count)
        }
    }

    /// The base64 signature, not yet URL-encoded.
    public static func sign(
        verb: CRSVerb,
        host: String,
        path: String = V3Wire.path,
        parameters: FormParameters,
        secretKey: String,
        method: CRSSignature.Method
    ) -> String {
        let text = stringsToSign(verb: verb, host: host, path: path, parameters: parameters)[0]
        let key = SymmetricKey(data: Array(secretKey.utf8))
        return switch method {
        case .hmacSHA1:
            Data(HMAC<Insecure.SHA1>.authenticationCode(for: Array(text.utf8), using: key)).base64EncodedString()
        case .hmacSHA256: Data(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)).base64EncodedString()
        }
    }

    /// Tells whether a base64 signature belongs to a call, comparing in constant time.
    ///
    /// A signature that is not base64 is just wrong, and so is any under an empty key.
    public static func verify(
        _ signature: String,
        verb: CRSVerb,
        host: String,
        path: String = V3Wire.path,
        parameters: FormParameters,
        secretKey: String,
        method: CRSSignature.Method
    ) -> Bool {
        guard !secretKey.isEmpty, let claimed = Data(base64Encoded: signature) else { return false }
        let key = SymmetricKey(data: Array(secretKey.utf8))
        var matches = false
        for text in stringsToSign(verb: verb, host: host, path: path, parameters: parameters) {
            let message = Array(text.utf8)
            switch method {
            case .hmacSHA1:
                matches =
                    HMAC<Insecure.SHA1>.isValidAuthenticationCode(claimed, authenticating: message, using: key)
                    || matches
            case .hmacSHA256:
                matches =
                    HMAC<SHA256>.isValidAuthenticationCode(claimed, authenticating: message, using: key) || matches
            }
        }
        return matches
    }
}
