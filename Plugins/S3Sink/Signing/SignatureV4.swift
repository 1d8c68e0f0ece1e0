import Crypto
import WherryCore

/// The request signature AWS4-HMAC-SHA256 in the header `Authorization`.
///
/// Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header". As S3 wants it, the path is
/// encoded once and never normalized.
struct SignatureV4: Sendable {
    /// A key pair, and the token of temporary ones.
    struct Credentials: Sendable {
        var accessKey: String
        var secretKey: Secret
        var sessionToken: Secret?
    }

    /// What is signed of a request.
    struct Request: Sendable {
        var method: String
        /// As it goes out, percent-encoded.
        var path: String
        /// Names and values before encoding, in any order.
        var query: [(name: String, value: String)] = []
        /// All of these are signed.
        var headers: [(name: String, value: String)]
        /// The SHA-256 of the body in small hexadecimal digits.
        var payload: String
    }

    var credentials: Credentials
    var region: String
    var service = "s3"

    /// The value of the header `Authorization`.
    ///
    /// - Parameter time: `YYYYMMDDTHHMMSSZ`, the same as in the header `x-amz-date`.
    func authorization(for request: Request, time: String) -> String {
        let scope = scope(time)
        let signature = signature(of: stringToSign(for: request, time: time), time: time)
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
            + "SignedHeaders=\(Self.signedHeaders(request)), Signature=\(signature)"
    }

    /// The request in its canonical form.
    func canonicalRequest(_ request: Request) -> String {
        var lines: [String] = [request.method, request.path, Self.canonicalQuery(request.query)]
        for header in Self.canonicalHeaders(request) { lines.append("\(header.name):\(header.value)") }
        lines += ["", Self.signedHeaders(request), request.payload]
        return lines.joined(separator: "\n")
    }

    /// The text that is signed.
    func stringToSign(for request: Request, time: String) -> String {
        let digest = SHA256.hash(data: Array(canonicalRequest(request).utf8))
        return ["AWS4-HMAC-SHA256", time, scope(time), Hexadecimal.text(digest)].joined(separator: "\n")
    }

    /// The query as it is signed and sent: sorted by encoded name, then by value.
    static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        let encoded: [(String, String)] = query.map {
            (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value))
        }
        let sorted = encoded.sorted { left, right in left.0 == right.0 ? left.1 < right.1 : left.0 < right.0 }
        return sorted.map { pair in pair.0 + "=" + pair.1 }.joined(separator: "&")
    }

    // MARK: - Steps

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    private func signature(of text: String, time: String) -> String {
        var key = SymmetricKey(data: Array("AWS4\(credentials.secretKey.reveal)".utf8))
        for step in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(step.utf8), using: key))
        }
        return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    }

    private static func signedHeaders(_ request: Request) -> String {
        canonicalHeaders(request).map(\.name).joined(separator: ";")
    }

    /// Names in lower case and sorted, equal ones as one; values without outer blanks and doubled inner ones.
    private static func canonicalHeaders(_ request: Request) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for header in request.headers {
            let words = header.value.split { character in character == " " || character == "\t" || character.isNewline }
            values[header.name.lowercased(), default: []].append(words.joined(separator: " "))
        }
        return values.keys.sorted().map { name in (name, values[name, default: []].joined(separator: ",")) }
    }
}

/// Bytes as small hexadecimal digits.
enum Hexadecimal {
    /// Two digits a byte.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let table = Array("0123456789abcdef".utf8)
        var digits: [UInt8] = []
        for byte in bytes { digits += [table[Int(byte >> 4)], table[Int(byte & 15)]] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The bytes of pairs of digits; nil for any other text.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { digit -> UInt8? in
            switch digit {
            case 48...57: digit - 48
            case 97...102: digit - 87
            default: nil
            }
        }
        guard digits.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }
}

// MARK: - Redaction

extension SignatureV4.Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of them.
    var description: String { "Credentials(•••)" }

    /// The same text as ``description``.
    var debugDescription: String { description }

    /// An empty mirror.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
