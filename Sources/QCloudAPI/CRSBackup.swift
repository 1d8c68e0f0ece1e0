/// One element of `redisBackupSet` in the answer of `GetRedisBackupList` (vendor page 239/8403).
///
/// API 2.0 tells neither size, file name, end time, expiry nor checksum of a backup.
public struct CRSBackup: Sendable, Equatable {
    /// The state of a backup; values beyond the documented ones are kept.
    public struct Status: RawRepresentable, Sendable, Hashable {
        /// The number on the wire.
        public let rawValue: Int

        /// Makes a state from its number.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Locked by another flow.
        public static let locked = Status(rawValue: 1)
        /// Normal; of a cluster instance it must be exported before download.
        public static let normal = Status(rawValue: 2)
        /// Being exported.
        public static let exporting = Status(rawValue: 3)
        /// Exported.
        public static let exported = Status(rawValue: 4)
        /// Expired.
        public static let expired = Status(rawValue: -1)
    }

    /// The `backupType` of a backup that a person asked for.
    public static let manualType = "manualBackupInstance"
    /// The `backupType` of a scheduled backup.
    public static let systemType = "systemBackupInstance"

    /// The id, of the form of a UUID.
    public var backupId: String
    /// When the backup began, `yyyy-MM-dd HH:mm:ss` (see ``CRSTimeFormat``).
    public var startTime: String
    /// What made the backup: ``manualType`` or ``systemType``; empty when not told.
    public var backupType: String
    /// The state; nil when not told.
    public var status: Status?
    /// The owner's remark, may be empty.
    public var remark: String
    /// Tells whether the backup is locked.
    public var isLocked: Bool

    /// Makes a backup.
    public init(
        backupId: String,
        startTime: String,
        backupType: String,
        status: Status?,
        remark: String = "",
        isLocked: Bool = false
    ) {
        self.backupId = backupId
        self.startTime = startTime
        self.backupType = backupType
        self.status = status
        self.remark = remark
        self.isLocked = isLocked
    }
}

// MARK: - Coding

extension CRSBackup: Decodable {
    private enum Key: String, CodingKey {
        case startTime, backupId, backupType, status, remark, locked
    }

    /// Reads a backup, taking numbers as texts and texts as numbers.
    ///
    /// - Throws: `DecodingError` when the id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            backupId: try fields.identifier(.backupId),
            startTime: try fields.text(.startTime) ?? "",
            backupType: try fields.text(.backupType) ?? "",
            status: try fields.integer(.status).map(Status.init),
            remark: try fields.text(.remark) ?? "",
            isLocked: try fields.integer(.locked).map { $0 != 0 } ?? false
        )
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("startTime", startTime)
            json.member("backupId", backupId)
            json.member("backupType", backupType)
            json.member("status", status?.rawValue)
            json.member("remark", remark)
            json.member("locked", isLocked ? 1 : 0)
        }
    }
}
