import RDBFormat
import WherryCore

/// What a transfer notes beside its `.part`, so that another process can go on with it.
///
/// Text of lines `word value`, the last of them `end` with a checksum over the others. It holds no URL.
struct TransferJournal: Sendable, Hashable {
    /// The most bytes of text; runs that do not fit are left out and fetched again.
    static let byteLimit = 16 << 10

    /// Which file it is about, in the engine's words; see ``ResolvedFile/label``.
    var object: String
    /// The identity of the object behind the URL.
    var identity: ObjectIdentity
    /// What is in the `.part`.
    var done: ByteRanges
    /// How many bytes from the first on the digest covers.
    var prefix: Int64 = 0
    /// The SHA-256 of these bytes.
    var digest: SHA256Digest?
    /// Which boot of which machine wrote it: what another one finds may not be on the disk, but for what the digest
    /// proves.
    var boot: String

    /// The text, at most ``byteLimit`` bytes.
    func encoded() -> [UInt8] {
        var text = "wherry-journal 1\nobject \(Self.line(object))\nboot \(Self.line(boot))\n"
        if let size = identity.size { text += "size \(size)\n" }
        if let etag = identity.etag { text += "etag \(Self.line(etag))\n" }
        if let time = identity.lastModified { text += "last-modified \(Self.line(time))\n" }
        if let crc64 = identity.crc64 { text += "crc64 \(crc64)\n" }
        if let digest { text += "prefix \(prefix) \(digest.hex)\n" }
        for range in done.ranges {
            let line = "done \(range.lowerBound) \(range.upperBound)\n"
            guard text.utf8.count + line.utf8.count < Self.byteLimit - 64 else { break }
            text += line
        }
        return Array((text + "end \(Self.checksum(text))\n").utf8)
    }

    /// Reads the text.
    ///
    /// - Returns: nil when it is not whole, or of another format.
    init?(_ bytes: some Collection<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\nend "), text.hasPrefix("wherry-journal 1\n") else { return nil }
        let body = text[..<text.index(after: end.lowerBound)]
        guard text[end.upperBound...].prefix(while: { $0 != "\n" }) == Self.checksum(String(body)) else { return nil }
        self.init(object: "", identity: ObjectIdentity(), done: ByteRanges(), boot: "")
        for line in body.split(separator: "\n") {
            let (word, value) = Self.split(line)
            switch word {
            case "object": object = value
            case "boot": boot = value
            case "size": identity.size = Int64(value)
            case "etag": identity.etag = value
            case "last-modified": identity.lastModified = value
            case "crc64": identity.crc64 = UInt64(value)
            case "prefix":
                let (count, hex) = Self.split(value[...])
                prefix = Int64(count) ?? 0
                digest = SHA256Digest(hex: hex)
            case "done":
                let (first, last) = Self.split(value[...])
                guard let first = Int64(first), let last = Int64(last), first >= 0, first < last else { return nil }
                done.insert(first..<last)
            default: break
            }
        }
    }

    init(object: String, identity: ObjectIdentity, done: ByteRanges, boot: String) {
        self.object = object
        self.identity = identity
        self.done = done
        self.boot = boot
    }

    /// What may be trusted of the `.part`, when this boot is `boot`: all of it, or only what the digest will prove.
    func trusted(on boot: String) -> ByteRanges {
        guard let size = identity.size, let last = done.ranges.last, last.upperBound <= size else {
            return ByteRanges()
        }
        if self.boot == boot, !boot.isEmpty { return done }
        guard digest != nil, prefix > 0, done.contains(0..<prefix) else { return ByteRanges() }
        return ByteRanges([0..<prefix])
    }

    private static func split(_ line: Substring) -> (String, String) {
        guard let space = line.firstIndex(of: " ") else { return (String(line), "") }
        return (String(line[..<space]), String(line[line.index(after: space)...]))
    }

    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? "\u{FFFD}" : $0 })
    }

    private static func checksum(_ text: String) -> String {
        var checksum = CRC64()
        var text = text
        text.withUTF8 { checksum.update(UnsafeRawBufferPointer($0)) }
        return String(checksum.value, radix: 16)
    }
}
