/// The answer of `DescribeBackupUrl` (vendor page 239/34443).
///
/// The files are sent twice: in `BackupInfos`, and in the three parallel arrays that the vendor is phasing out and that
/// older scripts and clients read alone.
///
/// ```json
/// {"Response":{"BackupInfos":[{"FileName":"…-0-ignore.rdb","FileSize":1024,"DownloadUrl":"https://…?sign=…",
///   "InnerDownloadUrl":"http://…"}],"DownloadUrl":["https://…?sign=…"],"InnerDownloadUrl":["http://…"],
///  "Filenames":["…-0-ignore.rdb"],"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3DescribeBackupURLResponse: V3ActionResponse {
    /// The files, one per shard with a cluster.
    public let files: [V3BackupFile]

    /// Makes an answer to send.
    public init(files: [V3BackupFile]) {
        self.files = files
    }

    private enum Key: String, CodingKey {
        case files = "BackupInfos"
        case downloadURLs = "DownloadUrl"
        case innerDownloadURLs = "InnerDownloadUrl"
        case fileNames = "Filenames"
    }

    /// Reads an answer: `BackupInfos`, or the parallel arrays when that is missing or empty.
    ///
    /// The arrays may have different lengths or be null. Without any file the answer is malformed.
    ///
    /// - Throws: `DecodingError` when there is no file, or one without addresses.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        var files = try fields.list(V3BackupFile.self, .files)
        if files.isEmpty {
            let outer = try fields.list(String.self, .downloadURLs)
            let inner = try fields.list(String.self, .innerDownloadURLs)
            let names = try fields.list(String.self, .fileNames)
            for index in 0..<max(outer.count, inner.count) {
                let file = V3BackupFile(
                    fileName: names.count > index ? names[index] : "",
                    fileSize: nil,
                    downloadURL: outer.count > index ? outer[index] : "",
                    innerDownloadURL: inner.count > index ? inner[index] : ""
                )
                guard !file.downloadURL.isEmpty || !file.innerDownloadURL.isEmpty else { continue }
                files.append(file)
            }
        }
        guard !files.isEmpty else { throw fields.missing(.files) }
        self.init(files: files)
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        object.append("BackupInfos", list: files.map(\.members))
        object.append("DownloadUrl", list: files.map(\.downloadURL))
        object.append("InnerDownloadUrl", list: files.map(\.innerDownloadURL))
        object.append("Filenames", list: files.map(\.fileName))
        return object
    }
}
