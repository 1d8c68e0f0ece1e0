public import WherryCore

/// A pattern for where a file goes below a sink's root, such as `{instance}/{time}-{backup}/shard-{shard}.rdb`.
///
/// Values that come from a provider are made safe before they enter a path: every byte outside `A-Z a-z 0-9 . _ -`
/// becomes `%XX`, and so does a leading dot. Two different values never give the same text, and none can leave the root.
public struct PathTemplate: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case literal(String)
        case field(Field)
    }

    /// The fields that a template may name.
    public enum Field: String, Sendable, Hashable, CaseIterable {
        /// The source's name.
        case source
        /// The instance's id.
        case instance
        /// The backup's id.
        case backup
        /// When the backup was started, `YYYYMMDDTHHMMSSZ`.
        case time
        /// The file's position, from 0.
        case shard
        /// The provider's name of the file.
        case file
    }

    private let pieces: [Piece]

    /// Reads a template.
    ///
    /// - Throws: ``Failure`` of class `configuration` when a field is unknown, a brace is left open, the path is
    ///   absolute, has an empty, `.` or `..` component, or does not tell instances, backups and shards apart.
    public init(_ text: String) throws {
        var pieces: [Piece] = []
        var fields: Set<Field> = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else {
                throw Self.invalid(text, "has a { without its }", "Close it.")
            }
            let name = rest[rest.index(after: open)..<close]
            guard let field = Field(rawValue: String(name)) else {
                let known = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
                throw Self.invalid(text, "names the unknown field {\(name)}", "Use \(known).")
            }
            pieces.append(.field(field))
            fields.insert(field)
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        if pieces.contains(where: {
            if case .literal(let text) = $0 { text.utf8.contains(UInt8(ascii: "}")) } else { false }
        }) {
            throw Self.invalid(text, "has a } without its {", "Remove it.")
        }
        // Bytes, not characters: a combining mark hides no slash from the file system.
        for component in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        where component.isEmpty || component.elementsEqual(".".utf8) || component.elementsEqual("..".utf8)
            || component.contains(0)
        {
            throw Self.invalid(
                text,
                "has an empty, . or .. component or starts with /",
                "Write a path relative to the sink's root."
            )
        }
        guard fields.contains(.instance), fields.contains(.backup), fields.contains(.shard) else {
            throw Self.invalid(
                text,
                "does not tell all files apart",
                "Use at least {instance}, {backup} and {shard} in it."
            )
        }
        guard !Self.isAmbiguous(pieces) else {
            throw Self.invalid(
                text,
                "may give two files one name: two fields touch, or share a component",
                "Part {source}, {instance}, {backup} and {file} by a /, and {shard} from them by a letter or -."
            )
        }
        self.pieces = pieces
    }

    /// Whether different values can give the same path, as `a-b` and `c` do with `a` and `b-c` in `{instance}-{backup}`.
    ///
    /// Never within one component are two fields of any text, unless parted by a byte that ``safe(_:)`` never lets
    /// through; and never only digits between such a field and a shard's number, or two of these.
    private static func isAmbiguous(_ pieces: [Piece]) -> Bool {
        var hasText = false
        var isOpen = false
        for piece in pieces {
            switch piece {
            case .literal(let text):
                if text.utf8.contains(where: { !isSafe($0) && $0 != UInt8(ascii: "%") }) { hasText = false }
                if text.utf8.contains(where: { !(48...57).contains($0) }) { isOpen = false }
            case .field(.time):
                isOpen = false
            case .field(.shard):
                if isOpen { return true }
                isOpen = true
            case .field(.source), .field(.instance), .field(.backup), .field(.file):
                if isOpen || hasText { return true }
                isOpen = true
                hasText = true
            }
        }
        return false
    }

    /// The path of one file, relative to the root, with `/` between components.
    public func path(source: SourceName, backup: Backup, file: BackupFile) -> String {
        let path = pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .field(.source): Self.safe(source.rawValue)
            case .field(.instance): Self.safe(backup.instance.rawValue)
            case .field(.backup): Self.safe(backup.id.rawValue)
            case .field(.time): backup.startedAt.compact
            case .field(.shard): String(file.position)
            case .field(.file): Self.safe(file.name)
            }
        }.joined()
        // These endings mark what is not finished, and are removed after a crash.
        for ending in ["part", "tmp"] where path.hasSuffix(".\(ending)") {
            return path.dropLast(ending.count + 1) + "%2E\(ending)"
        }
        return path
    }

    /// The path of a copy of one file: as above, and what a pipeline adds to it.
    public func path(of file: ResolvedFile, in backup: ResolvedBackup) -> String {
        path(source: backup.source, backup: backup.backup, file: file.file) + file.pathSuffix
    }

    /// A provider's text as one harmless path component; distinct texts stay distinct.
    public static func safe(_ text: String) -> String {
        guard !text.isEmpty else { return "%" }
        let hex = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for (index, byte) in text.utf8.enumerated() {
            if isSafe(byte), index > 0 || byte != UInt8(ascii: ".") {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether a byte of a provider's text may stand in a path as it is.
    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default:
            false
        }
    }

    private static func invalid(_ text: String, _ what: String, _ remedy: String) -> Failure {
        Failure(.configuration, code: "config.path-template", "The path template \(text) \(what).", remedy: remedy)
    }
}
