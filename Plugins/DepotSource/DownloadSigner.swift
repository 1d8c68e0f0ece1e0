import Crypto
import FoundationEssentials
import WherryCore

/// Makes and checks the token behind the `?` of a download URL.
///
/// 40 bytes in standard base64, not percent-encoded: expiry (8 bytes, big-endian Unix seconds), network (1 byte) and the
/// first 31 bytes of HMAC-SHA256 over path, expiry and network. It looks like the provider's own token, with raw `/`, `+`
/// and a closing `==` (vendor page 239/8452), so whoever works with our URLs works with theirs. A token for some clients
/// only has a mark in the byte of the network and their addresses behind it, signed like the rest.
struct DownloadSigner: Sendable {
    /// Why a token is no good.
    enum Refusal: Error, Equatable {
        /// Not a token, or not for this path.
        case signature
        /// It was good until then.
        case expired(Timestamp)
        /// For the other network.
        case network
        /// For clients at other addresses.
        case client
    }

    private static let headBytes = 9
    private static let codeBytes = 31
    private static let clientsMark: UInt8 = 16
    /// The code with the key already in it: a copy of it saves the two blocks that the key costs.
    private let keyed: HMAC<SHA256>

    init(key: Secret) {
        let digest = SHA256.hash(data: Data(key.reveal.utf8))
        var keyed = HMAC<SHA256>(key: SymmetricKey(data: digest))
        keyed.update(data: Data("wherry-depot-1\n".utf8))
        self.keyed = keyed
    }

    /// The token that lets `path` be fetched over `network` until `expiry`.
    func token(path: String, network: Network, expiry: Timestamp, clients: ClientRule = .everyone) -> String {
        var head = (0..<8).map { UInt8(truncatingIfNeeded: expiry.seconds >> (56 - 8 * $0)) }
        head.append(network == .intranet ? 1 : 2)
        if clients != .everyone {
            head[8] |= Self.clientsMark
            head += ClientRuleBytes.encode(clients)
        }
        return Data(head + code(path, head)).base64EncodedString()
    }

    /// Checks a token in constant time.
    ///
    /// - Parameters:
    ///   - listener: the network that the request came in on; nil when both share a listener.
    ///   - client: where the request came from; nil when that is not known.
    func check(
        _ token: String,
        path: String,
        listener: Network?,
        client: IPAddress? = nil,
        now: Timestamp
    ) throws(Refusal) {
        guard let given = Data(base64Encoded: token).map(Array.init), given.count >= Self.headBytes + Self.codeBytes
        else { throw .signature }
        let head = Array(given.dropLast(Self.codeBytes))
        var difference: UInt8 = 0
        for (left, right) in zip(given.suffix(Self.codeBytes), code(path, head)) { difference |= left ^ right }
        // Base64 has spare bits at its end; only the one spelling that we issue counts.
        guard difference == 0, Data(given).base64EncodedString() == token,
            let clients = head[8] & Self.clientsMark == 0
                ? .everyone : ClientRuleBytes.decode(head.dropFirst(Self.headBytes))
        else { throw .signature }
        let expiry = head[..<8].reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
        let end = Timestamp(seconds: Int64(bitPattern: expiry))
        guard now < end else { throw .expired(end) }
        if let listener, (head[8] & 3 == 1) != (listener == .intranet) { throw .network }
        guard clients.admits(client) else { throw .client }
    }

    private func code(_ path: String, _ head: [UInt8]) -> [UInt8] {
        var code = keyed
        var text = Array(path.utf8)
        text.append(UInt8(ascii: "\n"))
        code.update(data: text + head)
        return Array(code.finalize().prefix(Self.codeBytes))
    }
}

/// A rule about clients as bytes: whether it lets in (0) or keeps out (1), then for each block the count of an address's
/// bytes, how many bits are shared, and the first address.
enum ClientRuleBytes {
    /// The bytes of a rule; none for everyone.
    static func encode(_ rule: ClientRule) -> [UInt8] {
        let (mark, blocks): (UInt8, [IPBlock]) =
            switch rule {
            case .everyone: (1, [])
            case .only(let blocks): (0, blocks)
            case .allBut(let blocks): (1, blocks)
            }
        return [mark] + blocks.flatMap { [UInt8($0.base.bytes.count), UInt8($0.prefix)] + $0.base.bytes }
    }

    /// The rule; nil for bytes that are none.
    static func decode(_ bytes: ArraySlice<UInt8>) -> ClientRule? {
        guard let mark = bytes.first, mark < 2 else { return nil }
        var rest = bytes.dropFirst()
        var blocks: [IPBlock] = []
        while let count = rest.first {
            guard rest.count >= Int(count) + 2, let prefix = rest.dropFirst().first,
                let base = IPAddress(bytes: rest.dropFirst(2).prefix(Int(count))),
                let block = IPBlock(base: base, prefix: Int(prefix))
            else { return nil }
            blocks.append(block)
            rest = rest.dropFirst(Int(count) + 2)
        }
        return mark == 0 ? .only(blocks) : .allBut(blocks)
    }
}
