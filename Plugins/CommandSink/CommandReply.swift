import FoundationEssentials
import WherryCore

/// What a program may say of the copy that it made: one JSON object on a line of its standard output.
struct CommandReply: Sendable, Decodable {
    /// Where the copy is.
    var location: String?
    /// How many bytes are stored, where they are not the file's own.
    var storedSize: Int64?
    /// The digest of the bytes that are stored.
    var storedSHA256: String?

    private enum CodingKeys: String, CodingKey {
        case location
        case storedSize = "stored_size"
        case storedSHA256 = "stored_sha256"
    }

    /// Reads a line; nil when it is no such object.
    init?(line: String) {
        guard line.utf8.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "{"),
            let reply = try? JSONDecoder().decode(CommandReply.self, from: Data(line.utf8))
        else { return nil }
        self = reply
    }

    /// What is stored, when the program said all of it.
    func stored(by program: String) -> StoredForm? {
        guard let size = storedSize, size >= 0, let digest = storedSHA256.flatMap({ SHA256Digest(hex: $0) }) else {
            return nil
        }
        return StoredForm(stages: [program], size: ByteCount(size), sha256: digest)
    }
}
