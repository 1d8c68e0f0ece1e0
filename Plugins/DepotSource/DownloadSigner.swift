import Crypto
import FoundationEssentials
import WherryCore

/// Makes and checks the token behind the `?` of a download URL.
///
/// 40 bytes in standard base64, not percent-encoded: expiry (8 bytes, big-endian Unix seconds), network (1 byte) and the
/// first 31 bytes of HMAC-SHA256 over path, expiry and network. It looks like the provider's own token, with raw `/`, `+`
/// and a closing `==` (vendor page 239/8452), so whoever works with our URLs works with theirs.
struct DownloadSigner: Sendable {
    /// Why a token is no good.
    enum Refusal: Error, Equatable {
        /// Not a token, or not for this path.
        case signature
        /// It was good until then.
        case expired(Timestamp)
        /// For the other network.
        case network
    }

    private static let tokenBytes = 40
    private static let headBytes = 9
    private let key: SymmetricKey

    init(key: Secret) { self.key = SymmetricKey(data: SHA256.hash(data: Data(key.reveal.utf8))) }

    /// The token that lets `path` be fetched over `network` until `expiry`.
    func token(path: String, network: Network, expiry: Timestamp) -> String {
        Data(bytes(path: path, network: network == .intranet ? 1 : 2, expiry: expiry.seconds)).base64EncodedString()
    }

    /// Checks a token in constant time.
    ///
    /// - Parameter listener: the network that the request came in on; nil when both share a listener.
    func check(_ token: String, path: String, listener: Network?, now: Timestamp) throws(Refusal) {
        guard let given = Data(base64Encoded: token).map(Array.init), given.count == Self.tokenBytes,
            given[8] == 1 || given[8] == 2
        else { throw .signature }
        let expiry = given[..<8].reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
        let expected = bytes(path: path, network: given[8], expiry: Int64(bitPattern: expiry))
        var difference: UInt8 = 0
        for (left, right) in zip(given, expected) { difference |= left ^ right }
        // Base64 has spare bits at its end; only the one spelling that we issue counts.
        guard difference == 0, Data(given).base64EncodedString() == token else { throw .signature }
        let end = Timestamp(seconds: Int64(bitPattern: expiry))
        guard now < end else { throw .expired(end) }
        if let listener, (given[8] == 1) != (listener == .intranet) { throw .network }
    }

    private func bytes(path: String, network: UInt8, expiry: Int64) -> [UInt8] {
        let head = (0..<8).map { UInt8(truncatingIfNeeded: expiry >> (56 - 8 * $0)) } + [network]
        let code = HMAC<SHA256>.authenticationCode(for: Data("wherry-depot-1\n\(path)\n".utf8) + Data(head), using: key)
        return head + code.prefix(Self.tokenBytes - Self.headBytes)
    }
}
