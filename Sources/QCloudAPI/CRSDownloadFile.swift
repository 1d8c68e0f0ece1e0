/// One file of a backup that has several: an addition of wherry's own to `GetBackupDownloadUrl`.
///
/// The vendor's answer has room for one file only. A wherry server puts the first file into `intranet` and `extranet`
/// like the vendor, and all of them into `data.files` when there is more than one; clients that do not know the member
/// skip it.
public struct CRSDownloadFile: Sendable, Equatable {
    /// The file's name.
    public let fileName: String
    /// Its size in bytes; nil when unknown.
    public let fileSize: Int?
    /// Its addresses.
    public let url: CRSDownloadURL

    /// Makes a file.
    public init(fileName: String, fileSize: Int?, url: CRSDownloadURL) {
        self.fileName = fileName
        self.fileSize = fileSize
        self.url = url
    }
}

extension CRSDownloadFile: Decodable {
    private enum Key: String, CodingKey {
        case fileName, fileSize
    }

    /// Reads name, size and addresses from one object.
    ///
    /// - Throws: `DecodingError` when the name or both addresses are missing.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            fileName: try fields.identifier(.fileName),
            fileSize: try fields.integer(.fileSize),
            url: try CRSDownloadURL(from: decoder)
        )
    }
}
