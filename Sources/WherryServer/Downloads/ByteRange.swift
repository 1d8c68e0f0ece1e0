/// The part of an object that a `Range` header asks for (RFC 9110, section 14).
///
/// Pure.
enum ByteRange: Equatable, Sendable {
    /// All of it: no header, another unit, several ranges, or nonsense, which a server may ignore.
    case whole
    /// From the first through the last byte, both counted from 0.
    case part(ClosedRange<Int64>)
    /// It starts behind the end.
    case unsatisfiable

    /// Reads the header for an object of `size` bytes.
    static func parse(_ header: String?, size: Int64) -> ByteRange {
        guard let header, header.lowercased().hasPrefix("bytes=") else { return .whole }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, !header.contains(",") else { return .whole }
        if ends[0].isEmpty {
            guard let count = number(ends[1]) else { return .whole }
            guard count > 0, size > 0 else { return .unsatisfiable }
            return .part(max(0, size - count)...(size - 1))
        }
        guard let first = number(ends[0]) else { return .whole }
        guard first < size else { return .unsatisfiable }
        if ends[1].isEmpty { return .part(first...(size - 1)) }
        guard let last = number(ends[1]), last >= first else { return .whole }
        return .part(first...min(last, size - 1))
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }
}
