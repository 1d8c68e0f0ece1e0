public import WherryCore

/// The receipt that a script leaves behind: which files of which run arrived, and where.
///
/// Text, one line a file, fields apart by tabs; the last file of a position wins when it is listed twice:
/// ```
/// wherry-receipt/1⇥run=12⇥sink=script
/// prod⇥crs-c7xq4kqu⇥fb8d2cd6-f6ee⇥0⇥3389⇥9f86…0a08⇥/srv/redis-backups/crs-c7xq4kqu/…-shard0.rdb
/// ```
/// that is source, instance, backup, position, size in bytes, SHA-256 and path. In every field `%` and whatever could
/// break a line or confuse a terminal is percent-encoded, see ``encoded(_:)``.
public struct ConfirmationFile: Sendable, Hashable {
    /// One file that arrived and was found right.
    public struct Entry: Sendable, Hashable {
        /// The source it comes from.
        public var source: SourceName
        /// The instance it is of.
        public var instance: Instance.ID
        /// The backup it belongs to.
        public var backup: Backup.ID
        /// Its position in the backup.
        public var position: Int
        /// Its size, counted where it arrived.
        public var size: ByteCount
        /// Its digest, computed where it arrived.
        public var sha256: SHA256Digest
        /// Where it was stored, on the machine where the script ran.
        public var path: String

        /// A file that arrived.
        public init(
            source: SourceName,
            instance: Instance.ID,
            backup: Backup.ID,
            position: Int,
            size: ByteCount,
            sha256: SHA256Digest,
            path: String
        ) {
            self.source = source
            self.instance = instance
            self.backup = backup
            self.position = position
            self.size = size
            self.sha256 = sha256
            self.path = path
        }
    }

    /// The longest receipt that is read, in bytes.
    public static let maximumBytes = 10 << 20

    /// The run whose script it was.
    public var run: RunID
    /// The sink that wrote the script.
    public var sink: SinkName
    /// The files, in the order in which they arrived.
    public var entries: [Entry]

    /// A receipt.
    public init(run: RunID, sink: SinkName, entries: [Entry]) {
        self.run = run
        self.sink = sink
        self.entries = entries
    }

    /// The whole receipt as text.
    public var text: String {
        var lines = ["\(Self.magic)\trun=\(run)\tsink=\(Self.encoded(sink.rawValue))\n"]
        for entry in entries {
            let ids = [entry.source.rawValue, entry.instance.rawValue, entry.backup.rawValue].map(Self.encoded)
            let facts = [String(entry.position), String(entry.size.bytes), entry.sha256.hex, Self.encoded(entry.path)]
            lines.append((ids + facts).joined(separator: "\t") + "\n")
        }
        return lines.joined()
    }

    // MARK: - Reading

    private static let magic = "wherry-receipt/1"

    /// Reads a receipt, all of it or nothing.
    ///
    /// - Throws: ``Failure`` of class `usage`: code `receipt.too-long` above ``maximumBytes``, `receipt.not-one` when
    ///   it does not begin as receipts do, `receipt.cut-off` when its last line does not end, `receipt.malformed` with
    ///   the number of the first line that cannot be read.
    public init(parsing text: String) throws {
        guard text.utf8.count <= Self.maximumBytes else {
            throw Self.failure(
                "too-long",
                "The receipt is \(ByteCount(Int64(text.utf8.count))) long; the limit is \(ByteCount(10 << 20)).",
                "Check that it is a receipt of a wherry script."
            )
        }
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
        guard let header = lines.first, let (run, sink) = Self.header(header) else {
            throw Self.failure(
                "not-one",
                "Line 1 is not that of a receipt, \(Self.magic), run and sink.",
                "Give the receipt which the script wrote, not the script itself."
            )
        }
        guard lines.popLast()?.isEmpty == true else {
            throw Self.failure(
                "cut-off",
                "Line \(lines.count + 1), the last one, is cut off.",
                "Run the script again: it mends its receipt."
            )
        }
        var entries: [Entry] = []
        var places: [Place: Int] = [:]
        for (index, line) in lines.enumerated().dropFirst() {
            guard let entry = Self.entry(line) else {
                throw Self.failure(
                    "malformed",
                    "Line \(index + 1) is not a line of a receipt: seven fields apart by tabs.",
                    "Run the script again with another --receipt: it notes every file that is there."
                )
            }
            if let earlier = places.updateValue(entries.count, forKey: Place(entry)) {
                entries[earlier] = entry
                places[Place(entry)] = earlier
            } else {
                entries.append(entry)
            }
        }
        self.init(run: run, sink: sink, entries: entries)
    }

    /// What one line is about.
    private struct Place: Hashable {
        let source: SourceName
        let backup: Backup.Key
        let position: Int

        init(_ entry: Entry) {
            source = entry.source
            backup = Backup.Key(instance: entry.instance, backup: entry.backup)
            position = entry.position
        }
    }

    private static func header(_ line: Substring) -> (RunID, SinkName)? {
        let fields = fields(line)
        guard fields.count == 3, fields[0] == magic, fields[1].hasPrefix("run="), fields[2].hasPrefix("sink="),
            let run = number(fields[1].dropFirst(4)), run > 0, let sink = decoded(fields[2].dropFirst(5)), !sink.isEmpty
        else { return nil }
        return (RunID(rawValue: run), SinkName(rawValue: sink))
    }

    private static func entry(_ line: Substring) -> Entry? {
        let fields = fields(line)
        guard fields.count == 7, let source = decoded(fields[0]), let instance = decoded(fields[1]),
            let backup = decoded(fields[2]), let position = number(fields[3]), let size = number(fields[4]),
            let sha256 = SHA256Digest(hex: fields[5]), let path = decoded(fields[6]),
            ![source, instance, backup, path].contains("")
        else { return nil }
        return Entry(
            source: SourceName(rawValue: source),
            instance: Instance.ID(rawValue: instance),
            backup: Backup.ID(rawValue: backup),
            position: Int(position),
            size: ByteCount(size),
            sha256: sha256,
            path: path
        )
    }

    private static func fields(_ line: Substring) -> [Substring] {
        line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(Substring.init)
    }

    /// Decimal digits only: no sign, no space.
    private static func number(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    private static func failure(_ reason: String, _ message: String, _ remedy: String) -> Failure {
        Failure(.usage, code: "receipt.\(reason)", message, remedy: remedy)
    }

    // MARK: - Fields

    /// Text as a field of a receipt: `%`, control and format characters and line separators become `%XX` byte by byte.
    public static func encoded(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for scalar in text.unicodeScalars {
            let isHidden =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: true
                default: scalar == "%"
                }
            for byte in String(scalar).utf8 {
                result += isHidden ? [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]] : [byte]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text of a field; nil when a `%` lacks its two digits or the bytes are not UTF-8.
    private static func decoded(_ field: Substring) -> String? {
        var result: [UInt8] = []
        var rest = field.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let high = Character(Unicode.Scalar(high)).hexDigitValue,
                let low = Character(Unicode.Scalar(low)).hexDigitValue
            else { return nil }
            result.append(UInt8(high << 4 | low))
        }
        return String(validating: result, as: UTF8.self)
    }
}
