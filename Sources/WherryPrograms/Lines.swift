/// Cuts a stream of bytes into lines.
struct Lines {
    /// Of a longer line only so many bytes are kept.
    let limit: Int
    private var open: [UInt8] = []
    private var isOpen = false

    init(limit: Int) { self.limit = limit }

    /// The lines that these bytes complete, as text without line breaks.
    mutating func add(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            lines.append(take())
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { keep(rest) }
        return lines
    }

    /// What came after the last line break; nil when nothing did.
    mutating func last() -> String? { isOpen ? take() : nil }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        isOpen = true
        open += bytes.prefix(max(limit - open.count, 0))
    }

    private mutating func take() -> String {
        defer {
            open.removeAll()
            isOpen = false
        }
        return String(decoding: open.last == UInt8(ascii: "\r") ? open.dropLast() : open[...], as: UTF8.self)
    }
}

extension ProgramOutput {
    /// The most that is kept of a line.
    var lineLimit: Int { if case .lines(let limit, _) = self { limit } else { 0 } }
}
