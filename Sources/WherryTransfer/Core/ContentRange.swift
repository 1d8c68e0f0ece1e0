/// The value of a `Content-Range` header for a satisfied request: `bytes first-last/size` (RFC 9110, section 14.4).
struct ContentRange: Sendable, Equatable {
    var first: Int64
    var last: Int64
    var size: Int64

    /// Reads the header; nil when it is absent, of another unit, open or of unknown size.
    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[1]), size >= 0 else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0, last < size else {
            return nil
        }
        self.first = first
        self.last = last
        self.size = size
    }
}
