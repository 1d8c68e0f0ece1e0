import WherryCore

/// Where a bucket is: how hosts and paths of its requests are written.
struct StoreAddress: Sendable, Hashable {
    /// How a request names its bucket.
    enum Style: String, Sendable, Hashable {
        /// First in the path: `https://endpoint/bucket/key`.
        case path
        /// Before the host: `https://bucket.endpoint/key`.
        case virtual
    }

    /// `http` or `https`.
    let scheme: String
    /// The host, with its port if that is not the scheme's.
    let host: String
    /// The bucket's name.
    let bucket: String
    private let style: Style

    /// An address.
    ///
    /// - Parameters:
    ///   - endpoint: a URL such as `https://store.example:8333`; nil for Amazon's of the region.
    ///   - style: nil for the usual one: the path at endpoints of one's own and for buckets with a dot, which no
    ///     wildcard certificate covers, else virtual hosts.
    init(endpoint: String?, region: String, bucket: String, style: Style?) {
        let ending = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        let text = endpoint ?? "https://s3.\(region).\(ending)"
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        scheme = text.lowercased().hasPrefix("http://") ? "http" : "https"
        let named = parts.count > 1 ? parts[1].lowercased() : text
        let usual = scheme == "https" ? ":443" : ":80"
        let authority = named.hasSuffix(usual) ? String(named.dropLast(usual.count)) : named
        self.bucket = bucket
        self.style = style ?? (endpoint != nil || bucket.contains(".") ? .path : .virtual)
        host = self.style == .virtual ? "\(bucket).\(authority)" : authority
    }

    /// The path of an object, or of the bucket when `key` is nil; percent-encoded.
    func path(_ key: String?) -> String {
        let object = key.map { PercentEncoding.encode($0, keepingSlashes: true) }
        switch style {
        case .path: return "/" + bucket + (object.map { "/" + $0 } ?? "")
        case .virtual: return "/" + (object ?? "")
        }
    }

    /// How an object is named in receipts and messages.
    func location(_ key: String) -> String { "s3://\(bucket)/\(key)" }

    /// The key of such a name; nil when it is of another bucket.
    func key(of location: String) -> String? {
        let start = "s3://\(bucket)/"
        return location.hasPrefix(start) ? String(location.dropFirst(start.count)) : nil
    }
}
