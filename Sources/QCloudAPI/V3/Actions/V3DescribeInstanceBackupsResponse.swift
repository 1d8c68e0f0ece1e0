/// The answer of `DescribeInstanceBackups` (vendor page 239/20011).
///
/// ```json
/// {"Response":{"TotalCount":1,"BackupSet":[{"BackupId":"165706342-5832225-1641692389","BackupType":"1",
///   "StartTime":"2022-01-09 09:39:49","EndTime":"2022-01-09 09:40:12","Status":2,"Remark":"","Locked":0}],
///  "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3DescribeInstanceBackupsResponse: V3ActionResponse {
    /// The number of backups that match, over all pages; nil when not told.
    public let totalCount: Int?
    /// The backups of this page; their order is not documented.
    public let backups: [V3Backup]

    /// Makes an answer to send.
    public init(totalCount: Int?, backups: [V3Backup]) {
        self.totalCount = totalCount
        self.backups = backups
    }

    private enum Key: String, CodingKey {
        case totalCount = "TotalCount"
        case backups = "BackupSet"
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when a backup has no id or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(totalCount: try fields.integer(.totalCount), backups: try fields.list(V3Backup.self, .backups))
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        object.append("TotalCount", totalCount)
        object.append("BackupSet", list: backups.map(\.members))
        return object
    }
}
