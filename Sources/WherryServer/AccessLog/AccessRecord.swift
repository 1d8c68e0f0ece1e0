package import WherryCore

/// One request and its answer, for the access log.
///
/// Nothing of the query is in it: that is where signatures are.
package struct AccessRecord: Sendable {
    /// What was asked for.
    package enum Dialect: String, Sendable {
        case api2, api3, download, health, other
    }

    /// The address at the other end of the connection; nil when there is none.
    package var client: IPAddress?
    /// The network of the address that was called; nil for one that serves both.
    package var network: Network?
    /// The request's method.
    package var method: String
    /// The request's path, see ``path(of:)``.
    package var path: String
    /// What was asked for.
    package var dialect: Dialect
    /// The action of an API call, once it is known.
    package var action: String?
    /// `api:` and the SecretId of an API call, once the key is known here; it may still have signed wrongly.
    package var caller: String?
    /// The code of an API answer, `0` for success.
    package var code: String?
    /// The answer's status.
    package var status: Int
    /// The announced length of the answer's body; who leaves early gets less.
    package var bytes: Int?
    /// What the client calls itself.
    package var userAgent: String?
    /// The request's id, also in the answer's header `x-wherry-request-id`.
    package var requestID: String
    /// When the request's head had come.
    package var arrivedAt: ContinuousClock.Instant
    /// From then until the answer's head was ready.
    package var latency: Duration

    /// The path of a request's target: nothing behind a question mark or a number sign, encoded ones too.
    ///
    /// A client that encodes a whole URL anew asks for `/download/a%3Fsign=…`: that is no path of ours, but the
    /// signature in it is right.
    package static func path(of target: String) -> String {
        let bytes = target.utf8
        var index = bytes.startIndex
        while index < bytes.endIndex, !isQuery(bytes[index...]) { index = bytes.index(after: index) }
        return index == bytes.endIndex ? target : String(target[..<index])
    }

    /// Whether a query or fragment begins here.
    private static func isQuery(_ bytes: Substring.UTF8View) -> Bool {
        switch bytes.first {
        case UInt8(ascii: "?"), UInt8(ascii: "#"): return true
        case UInt8(ascii: "%"):
            var code = bytes.dropFirst()
            // A percent sign that is encoded itself, however often.
            while code.starts(with: "25".utf8) { code = code.dropFirst(2) }
            return code.starts(with: "3F".utf8) || code.starts(with: "3f".utf8) || code.starts(with: "23".utf8)
        default: return false
        }
    }
}
