/// When an instance is backed up by itself: the answer of `DescribeAutoBackupConfig` and `ModifyAutoBackupConfig`.
///
/// ```json
/// {"Response":{"AutoBackupType":1,"WeekDays":["Monday","Sunday"],"TimePeriod":"01:00-02:00","BackupStorageDays":7,
///   "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3AutoBackupConfig: V3ActionResponse {
    /// A day of the week, in the vendor's spelling.
    public enum WeekDay: String, Sendable, Hashable, CaseIterable {
        /// Monday.
        case monday = "Monday"
        /// Tuesday.
        case tuesday = "Tuesday"
        /// Wednesday.
        case wednesday = "Wednesday"
        /// Thursday.
        case thursday = "Thursday"
        /// Friday.
        case friday = "Friday"
        /// Saturday.
        case saturday = "Saturday"
        /// Sunday.
        case sunday = "Sunday"
    }

    /// How long a backup is kept by default, in days.
    public static let defaultStorageDays = 7

    /// The days; every day by default.
    public var weekDays: [WeekDay]
    /// The hour in which backups begin, `01:00-02:00`, in the server's time zone.
    public var timePeriod: String
    /// Always 1, which means at set times.
    public var autoBackupType: Int?
    /// How long a backup is kept, in days.
    public var storageDays: Int?
    /// How long binary logs are kept; no longer used by the vendor.
    public var binlogStorageDays: Int?

    /// Makes a setting.
    public init(
        weekDays: [WeekDay] = WeekDay.allCases,
        timePeriod: String,
        autoBackupType: Int? = 1,
        storageDays: Int? = defaultStorageDays
    ) {
        self.weekDays = weekDays
        self.timePeriod = timePeriod
        self.autoBackupType = autoBackupType
        self.storageDays = storageDays
    }

    /// Tells whether a text is one whole hour, from `00:00-01:00` to `23:00-00:00`.
    public static func isPeriod(_ text: String) -> Bool {
        periods.contains(text)
    }

    private static let periods: Set<String> = {
        let hours = (0..<24).map { ($0 < 10 ? "0" : "") + "\($0):00" }
        return Set((0..<24).map { "\(hours[$0])-\(hours[($0 + 1) % 24])" })
    }()

    private enum Key: String, CodingKey {
        case weekDays = "WeekDays"
        case timePeriod = "TimePeriod"
        case autoBackupType = "AutoBackupType"
        case storageDays = "BackupStorageDays"
        case binlogStorageDays = "BinlogStorageDays"
    }

    /// Reads an answer; days that are not known are left out.
    ///
    /// - Throws: `DecodingError` when a member has another type.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            weekDays: try fields.list(String.self, .weekDays).compactMap(WeekDay.init),
            timePeriod: try fields.text(.timePeriod) ?? "",
            autoBackupType: try fields.integer(.autoBackupType),
            storageDays: try fields.integer(.storageDays)
        )
        binlogStorageDays = try fields.integer(.binlogStorageDays)
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        object.append("AutoBackupType", autoBackupType)
        object.append("WeekDays", list: weekDays.map(\.rawValue))
        object.append("TimePeriod", timePeriod)
        object.append("BackupStorageDays", storageDays)
        object.append("BinlogStorageDays", binlogStorageDays)
        return object
    }
}
