/// The answer of `GetRedisBackupList` (vendor page 239/8403).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success","totalCount":1,
///  "data":{"redisBackupSet":[{"startTime":"2017-02-08 16:46:34",
///   "backupId":"19266626-eddb-11e6-890a-525400394272","backupType":"manualBackupInstance",
///   "status":2,"remark":"","locked":0}]}}
/// ```
public struct GetRedisBackupListResponse: Sendable, Equatable {
    /// The number of backups that match, over all pages; nil when not told.
    public let totalCount: Int?
    /// The backups of this page; their order is not documented.
    public let backups: [CRSBackup]

    /// Makes an answer to send.
    public init(totalCount: Int?, backups: [CRSBackup]) {
        self.totalCount = totalCount
        self.backups = backups
    }

    /// Reads an answer; numbers may be texts and `data` may be an array or an object.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        let payload = try Envelope<ListPayload<CRSBackup>>.payload(of: bytes)
        self.init(totalCount: payload.totalCount, backups: payload.items)
    }

    /// The JSON for a server to send.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.member("totalCount", totalCount)
            json.object("data") { json in
                json.array("redisBackupSet", backups) { json, backup in backup.write(to: &json) }
            }
        }
    }
}
