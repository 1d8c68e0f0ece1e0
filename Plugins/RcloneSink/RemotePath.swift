import WherryCore

/// A folder of a remote of rclone's, such as `backups:redis/nightly`.
struct RemotePath: Sendable, Hashable {
    /// As rclone takes it, without a slash at its end.
    let text: String

    /// Reads `name:path`.
    ///
    /// - Throws: ``Failure`` `rclone.bad-remote` of class `configuration`; also of a connection string, which may hold
    ///   credentials and would stand in the argument list.
    init(_ text: String) throws {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex,
            Self.isName(bytes[..<colon]), !bytes.contains(where: { $0 < 32 })
        else {
            throw Failure(
                .configuration,
                code: "rclone.bad-remote",
                "The option remote is not written like name:path.",
                remedy: "Name a remote of rclone's configuration; what it needs goes there, or into environment."
            )
        }
        var text = text
        while text.utf8.last == UInt8(ascii: "/"), text.utf8.count > 1, !text.hasSuffix(":/") { text.removeLast() }
        self.text = text
    }

    /// The name of a file below it.
    func file(_ relative: String) -> String {
        text.hasSuffix(":") || text.hasSuffix("/") ? text + relative : text + "/" + relative
    }

    /// Whether a file's name is one below it.
    func holds(_ file: String) -> Bool {
        let folder = self.file("")
        return file.hasPrefix(folder) && file.utf8.count > folder.utf8.count
            && !file.split(separator: "/").contains("..")
    }

    private static func isName(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "-"), first != UInt8(ascii: " ") else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                "_-. +@".utf8.contains(byte)
            }
        }
    }
}
