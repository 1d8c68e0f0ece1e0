import HTTPTypes
import Hummingbird
import QCloudAPI

/// An HTTP request as a call of API 3.0.
enum V3Request {
    /// The largest body, in bytes: ids, lists of addresses and a signature are short.
    private static let largestBody = 1 << 20

    /// Whether a request is a call of API 3.0.
    ///
    /// Every POST to `/` is, and a GET that names an action: in its query, or in a header next to a signature.
    static func isOne(_ request: Request, target: String) -> Bool {
        guard target == V3Wire.path || target.hasPrefix(V3Wire.path + "?") else { return false }
        if request.method == .post { return true }
        guard request.method == .get else { return false }
        let isNamedInHeader = HTTPField.Name("x-tc-action").map { request.headers.contains($0) } ?? false
        return isNamedInHeader || request.headers.contains(.authorization)
            || target.dropFirst(2).split(separator: "&").contains { $0.hasPrefix("Action=") }
    }

    /// The whole request, its body read; nil when that is too long or was cut.
    static func message(_ request: Request, target: String) async -> V3Message? {
        guard let verb = CRSVerb(rawValue: request.method.rawValue),
            let body = try? await request.body.collect(upTo: largestBody)
        else { return nil }
        var headers = request.headers.map { V3Message.Header(name: $0.name.rawName, value: $0.value) }
        // HTTP/1.1's Host header, which is as odd as the client wrote it: tccli sends a whole URL.
        if let host = request.head.authority { headers.append(V3Message.Header(name: "Host", value: host)) }
        return V3Message(
            verb: verb,
            query: String(target.dropFirst(V3Wire.path.count + 1)),
            headers: headers,
            body: Array(body.readableBytesView)
        )
    }
}
