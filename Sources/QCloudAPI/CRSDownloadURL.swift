/// The two addresses of a backup's file in the answer of `GetBackupDownloadUrl` (vendor page 239/8452).
///
/// Both hold a raw token in the query, with `/`, `+` and `==` not escaped, and are to be used byte for
/// byte: passing them through a URL type may break them. They are valid for 12 hours and whoever has
/// one can download, so no textual form of this type shows them.
public struct CRSDownloadURL: Sendable, Equatable {
    /// The address inside the vendor's network; empty when the server gave none.
    public let intranet: String
    /// The public address; empty when the server gave none.
    public let extranet: String

    /// Makes a pair of addresses.
    public init(intranet: String, extranet: String) {
        self.intranet = intranet
        self.extranet = extranet
    }

    /// Tells whether both pairs hold the same bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.intranet.utf8.elementsEqual(right.intranet.utf8) && left.extranet.utf8.elementsEqual(right.extranet.utf8)
    }
}

// MARK: - Coding

extension CRSDownloadURL: Decodable {
    private enum Key: String, CodingKey {
        case intranet, extranet
    }

    /// Reads the addresses; one of them may be missing.
    ///
    /// - Throws: `DecodingError` when both are missing.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let intranet = try fields.text(.intranet)
        let extranet = try fields.text(.extranet)
        guard intranet != nil || extranet != nil else { throw fields.missing(.intranet) }
        self.init(intranet: intranet ?? "", extranet: extranet ?? "")
    }
}

// MARK: - Redaction

extension CRSDownloadURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A fixed text, as both addresses are secrets.
    public var description: String { "CRSDownloadURL(•••)" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
