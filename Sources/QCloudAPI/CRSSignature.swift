import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The request signature of API 2.0: HMAC over the verb, host, path and sorted raw parameters.
///
/// Sources: the vendor's v2 signature page and its Python SDK 2.0.15 (`common/sign.py`).
public enum CRSSignature {
    /// The text that a client signs, in the order of the vendor's SDK.
    ///
    /// `Signature` is left out, and with POST so is every value that starts with `@` (a leftover of
    /// file uploads; such values are therefore not protected by the signature). `_` in names becomes
    /// `.` for signing only. Names are sorted by bytes, equal names keep their order.
    ///
    /// - Parameter host: the host exactly as in the Host header, with its port if it has one there.
    public static func stringToSign(
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters
    ) -> String {
        let pairs = sorted(dotted(signedFields(parameters, verb: verb)))
        return String(decoding: message(verb: verb, host: host, path: path, pairs: pairs), as: UTF8.self)
    }

    /// Every text a known client may have signed: one, or two when the order of steps shows.
    ///
    /// The vendor's SDK replaces `_` before it sorts, its command line tool afterwards. The first
    /// element is always ``stringToSign(verb:host:path:parameters:)``.
    public static func acceptedStringsToSign(
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters
    ) -> [String] {
        acceptedMessages(verb: verb, host: host, path: path, parameters: parameters).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The base64 signature of a call, not yet URL-encoded.
    public static func sign(
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters,
        secretKey: String,
        method: Method
    ) -> String {
        let text = stringToSign(verb: verb, host: host, path: path, parameters: parameters)
        return Data(mac(of: text, secretKey: secretKey, method: method)).base64EncodedString()
    }

    /// Tells whether a base64 signature belongs to a call, comparing the MACs in constant time.
    ///
    /// Accepts both orders of ``acceptedStringsToSign(verb:host:path:parameters:)``. A signature that
    /// is not base64 or has the wrong length is just wrong, and so is any under an empty key.
    public static func verify(
        _ signature: String,
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters,
        secretKey: String,
        method: Method
    ) -> Bool {
        guard !secretKey.isEmpty, let claimed = Data(base64Encoded: signature) else { return false }
        let key = SymmetricKey(data: Array(secretKey.utf8))
        var matches = false
        for message in acceptedMessages(verb: verb, host: host, path: path, parameters: parameters) {
            // Both texts are always tried, so that the time taken does not tell which one matched.
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

    // MARK: - Steps

    private static func acceptedMessages(
        verb: CRSVerb,
        host: String,
        path: String,
        parameters: FormParameters
    ) -> [[UInt8]] {
        let fields = signedFields(parameters, verb: verb)
        let isPlain = !fields.contains { $0.name.utf8.contains(UInt8(ascii: "_")) }
        let primary = sorted(isPlain ? fields : dotted(fields))
        var messages = [message(verb: verb, host: host, path: path, pairs: primary)]
        guard !isPlain else { return messages }
        let other = dotted(sorted(fields))
        if other != primary { messages.append(message(verb: verb, host: host, path: path, pairs: other)) }
        return messages
    }

    private static func signedFields(_ parameters: FormParameters, verb: CRSVerb) -> [FormParameters.Field] {
        parameters.fields.filter { field in
            if field.isNamed("Signature") { return false }
            return !(verb == .post && field.value.utf8.first == UInt8(ascii: "@"))
        }
    }

    private static func dotted(_ fields: [FormParameters.Field]) -> [FormParameters.Field] {
        fields.map { field in
            guard field.name.utf8.contains(UInt8(ascii: "_")) else { return field }
            let bytes = field.name.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: ".") : $0 }
            return FormParameters.Field(name: String(decoding: bytes, as: UTF8.self), value: field.value)
        }
    }

    private static func sorted(_ fields: [FormParameters.Field]) -> [FormParameters.Field] {
        // Equal names keep their order: the sort of the standard library is stable.
        fields.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func message(
        verb: CRSVerb,
        host: String,
        path: String,
        pairs: [FormParameters.Field]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes += verb.rawValue.utf8
        bytes += host.utf8
        bytes += path.utf8
        bytes.append(UInt8(ascii: "?"))
        for (index, pair) in pairs.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            bytes += pair.name.utf8
            bytes.append(UInt8(ascii: "="))
            bytes += pair.value.utf8
        }
        return bytes
    }

    private static func mac(of text: String, secretKey: String, method: Method) -> [UInt8] {
        let key = SymmetricKey(data: Array(secretKey.utf8))
        let message = Array(text.utf8)
        return switch method {
        case .hmacSHA1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
        case .hmacSHA256: Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        }
    }
}
