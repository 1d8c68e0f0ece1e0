/// What part of an object a request asks for.
package enum FaultAsk: Sendable, Equatable {
    /// No range, or one that a server may ignore.
    case whole
    /// The bytes of one satisfiable range.
    case part(Range<Int64>)
    /// A range that begins behind the end.
    case unsatisfiable

    /// Reads a `Range` field (RFC 9110, section 14.2); several ranges at once count as ``whole``.
    init(_ field: String?, size: Int64) {
        guard let field, field.hasPrefix("bytes=") else {
            self = .whole
            return
        }
        let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, !field.contains(",") else {
            self = .whole
            return
        }
        switch (Int64(ends[0]), Int64(ends[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first..<min(size, last + 1)) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        default:
            self = .whole
        }
    }
}
