/// One file of a backup in the answer of `DescribeBackupUrl`: an element of `BackupInfos` (vendor page 239/34443).
///
/// Both addresses are valid for 6 hours, whoever has one can download, and they are to be used byte for byte; no textual
/// form of this type shows them.
public struct V3BackupFile: Sendable, Equatable {
    /// The file's name, one per shard with a cluster; empty when not told.
    public let fileName: String
    /// The size in bytes; nil when unknown, which is 0 on the wire.
    public let fileSize: Int?
    /// The public address; empty when the server gave none.
    public let downloadURL: String
    /// The address inside the vendor's network; empty when the server gave none.
    public let innerDownloadURL: String

    /// Makes a file.
    public init(fileName: String, fileSize: Int?, downloadURL: String, innerDownloadURL: String) {
        self.fileName = fileName
        self.fileSize = fileSize
        self.downloadURL = downloadURL
        self.innerDownloadURL = innerDownloadURL
    }

    /// Tells whether both files hold the same bytes in every member.
    public static func == (left: Self, right: Self) -> Bool {
        left.fileName.utf8.elementsEqual(right.fileName.utf8) && left.fileSize == right.fileSize
            && left.downloadURL.utf8.elementsEqual(right.downloadURL.utf8)
            && left.innerDownloadURL.utf8.elementsEqual(right.innerDownloadURL.utf8)
    }

    /// The members to send.
    var members: V3Object {
        [
            "FileName": .text(fileName), "FileSize": .integer(fileSize ?? 0), "DownloadUrl": .text(downloadURL),
            "InnerDownloadUrl": .text(innerDownloadURL),
        ]
    }
}

// MARK: - Decodable

extension V3BackupFile: Decodable {
    private enum Key: String, CodingKey {
        case fileName = "FileName"
        case fileSize = "FileSize"
        case downloadURL = "DownloadUrl"
        case innerDownloadURL = "InnerDownloadUrl"
    }

    /// Reads a file; one of the addresses may be missing.
    ///
    /// - Throws: `DecodingError` when both addresses are missing or the size is not a number.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let outer = try fields.text(.downloadURL) ?? ""
        let inner = try fields.text(.innerDownloadURL) ?? ""
        guard !outer.isEmpty || !inner.isEmpty else { throw fields.missing(.downloadURL) }
        self.init(
            fileName: try fields.text(.fileName) ?? "",
            fileSize: try fields.integer(.fileSize).flatMap { $0 > 0 ? $0 : nil },
            downloadURL: outer,
            innerDownloadURL: inner
        )
    }
}

// MARK: - Redaction

extension V3BackupFile: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name, as both addresses are secrets.
    public var description: String { "V3BackupFile(\(fileName), •••)" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// A mirror with the name only.
    public var customMirror: Mirror { Mirror(self, children: ["fileName": fileName]) }
}
