import WherryCore

/// A backup that was asked for and that the provider is making.
///
/// Local until the plugin kit has one; see ``TencentCloudSource/requestBackup(of:remark:)``.
struct BackupRequest: Sendable, Hashable {
    /// How far it is.
    enum Progress: Sendable, Hashable {
        /// Not begun, or at work.
        case running
        /// Made; it is, or soon will be, among the instance's backups.
        case done
        /// Given up by the provider, with its own words.
        case failed(String)
        /// In a state that this version has no word for.
        case unknown
    }

    /// The instance.
    var instance: Instance.ID
    /// The remark; nil for none.
    var remark: String?
    /// The provider's number of the task.
    var task: Int
    /// When it was asked for, by our clock.
    var requestedAt: Timestamp
}
