/// One element of `BackupSet` in the answer of `DescribeInstanceBackups` (vendor page 239/20011).
public struct V3Backup: Sendable, Equatable {
    /// The state of a backup; values beyond the documented ones are kept.
    public typealias Status = CRSBackup.Status

    /// What made a backup.
    public enum Origin: String, Sendable, Hashable, CaseIterable {
        /// A person; `0` in the list action.
        case manual = "0"
        /// The daily schedule; `1` in the list action.
        case automatic = "1"
        /// A change of the instance's specification; `2` in the list action.
        case specificationChange = "2"

        /// Reads a `BackupType`, also in the words of API 2.0 and early 3.0; nil for any other text.
        ///
        /// The vendor's pages contradict each other: the list action has 0 for manual and 1 for automatic,
        /// `DescribeBackupDetail` the reverse. Followed here is the list action, as third-party clients do.
        public init?(wireName: String) {
            switch wireName {
            case CRSBackup.manualType: self = .manual
            case CRSBackup.systemType: self = .automatic
            default: self.init(rawValue: wireName)
            }
        }
    }

    /// The id: a UUID or `165706342-5832225-1641692389`.
    public var backupID: String
    /// The instance.
    public var instanceID: String?
    /// The instance's name.
    public var instanceName: String?
    /// The instance's type, see ``V3Instance/type``.
    public var instanceType: Int?
    /// When the backup began, `yyyy-MM-dd HH:mm:ss` (see ``CRSTimeFormat``).
    public var startTime: String
    /// When the backup ended; nil when not told.
    public var endTime: String?
    /// When the backup will be removed; nil when not told.
    public var expireTime: String?
    /// What made the backup, as on the wire; see ``origin``.
    public var backupType: String
    /// The state; nil when not told.
    public var status: Status?
    /// The owner's remark, may be empty.
    public var remark: String
    /// Tells whether the backup is locked.
    public var isLocked: Bool
    /// The size in bytes; called internal by the vendor.
    public var backupSize: Int?
    /// Called internal by the vendor.
    public var fullBackup: Int?
    /// The region that holds the backup.
    public var region: String?
    /// For example `RDB-Redis 6.2`.
    public var fileType: String?
    /// Tells whether the file is encrypted; nil when not told.
    public var isEncrypted: Bool?

    /// Makes a backup of which only the given members are known; the others can be set afterwards.
    public init(
        backupID: String,
        instanceID: String? = nil,
        startTime: String,
        backupType: String,
        status: Status?,
        remark: String = "",
        isLocked: Bool = false
    ) {
        self.backupID = backupID
        self.instanceID = instanceID
        self.startTime = startTime
        self.backupType = backupType
        self.status = status
        self.remark = remark
        self.isLocked = isLocked
    }

    /// What made the backup; nil when the text on the wire is not known.
    public var origin: Origin? { Origin(wireName: backupType) }
}

// MARK: - Coding

extension V3Backup: Decodable {
    private enum Key: String, CodingKey {
        case backupID = "BackupId"
        case instanceID = "InstanceId"
        case instanceName = "InstanceName"
        case instanceType = "InstanceType"
        case startTime = "StartTime"
        case endTime = "EndTime"
        case expireTime = "ExpireTime"
        case backupType = "BackupType"
        case status = "Status"
        case remark = "Remark"
        case locked = "Locked"
        case backupSize = "BackupSize"
        case fullBackup = "FullBackup"
        case region = "Region"
        case fileType = "FileType"
        case encrypted = "Encrypted"
    }

    /// Reads a backup, taking numbers as texts and texts as numbers.
    ///
    /// - Throws: `DecodingError` when the id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            backupID: try fields.identifier(.backupID),
            instanceID: try fields.text(.instanceID),
            startTime: try fields.text(.startTime) ?? "",
            backupType: try fields.text(.backupType) ?? "",
            status: try fields.integer(.status).map(Status.init),
            remark: try fields.text(.remark) ?? "",
            isLocked: try fields.flag(.locked) ?? false
        )
        instanceName = try fields.text(.instanceName)
        instanceType = try fields.integer(.instanceType)
        endTime = try fields.text(.endTime)
        expireTime = try fields.text(.expireTime)
        backupSize = try fields.integer(.backupSize)
        fullBackup = try fields.integer(.fullBackup)
        region = try fields.text(.region)
        fileType = try fields.text(.fileType)
        isEncrypted = try fields.flag(.encrypted)
    }

    /// The members to send.
    var members: V3Object {
        var object = V3Object()
        object.append("BackupId", backupID)
        object.append("InstanceId", instanceID)
        object.append("InstanceName", instanceName)
        object.append("InstanceType", instanceType)
        object.append("StartTime", startTime)
        object.append("EndTime", endTime)
        object.append("ExpireTime", expireTime)
        object.append("BackupType", backupType)
        object.append("Status", status?.rawValue)
        object.append("Remark", remark)
        object.append("Locked", isLocked ? 1 : 0)
        object.append("BackupSize", backupSize)
        object.append("FullBackup", fullBackup)
        object.append("Region", region)
        object.append("FileType", fileType)
        object.append("Encrypted", isEncrypted)
        return object
    }
}
