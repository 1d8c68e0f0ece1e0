package import WherryCore

/// A backup, or the export of one, that a caller of the service or a schedule asked for.
package struct BackupTask: Sendable, Hashable {
    /// What is done.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A backup is made.
        case backup
        /// A backup is converted to RDB files.
        case export
    }

    /// How far it is.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// The source has not taken the order yet.
        case waiting
        /// The source is at work.
        case running
        /// Done.
        case done
        /// Given up.
        case failed

        /// Whether something will still become of it.
        package var isUnderWay: Bool {
            switch self {
            case .waiting, .running: true
            case .done, .failed: false
            }
        }
    }

    /// The task's number.
    package var id: Int64
    /// The instance.
    package var instance: Instance.ID
    /// The instance's name; may be empty.
    package var instanceName: String
    /// What is done.
    package var kind: Kind
    /// How far it is.
    package var state: State
    /// The remark given with it; may be empty.
    package var remark: String
    /// The source's own name for it; nil until the source has taken the order.
    package var sourceTask: String?
    /// What is exported, or what was made, if known.
    package var backup: Backup.ID?
    /// Who asked for it.
    package var askedBy: String
    /// When.
    package var askedAt: Timestamp
    /// When it was done or failed.
    package var endedAt: Timestamp?
    /// Why it failed, for people; empty unless it did.
    package var failureMessage: String
}

/// What is asked for, before it is a task.
package struct TaskOrder: Sendable, Hashable {
    /// The instance, which must have been recorded.
    package var instance: Instance.ID
    /// What is to be done.
    package var kind: BackupTask.Kind
    /// What is to be exported; nil for a backup.
    package var backup: Backup.ID?
    /// The remark; may be empty.
    package var remark: String
    /// How many days the backup is to be kept; nil when not said.
    package var keepDays: Int?

    /// An order for a backup.
    package static func backup(of instance: Instance.ID, remark: String = "", keepDays: Int? = nil) -> TaskOrder {
        TaskOrder(instance: instance, kind: .backup, backup: nil, remark: remark, keepDays: keepDays)
    }

    /// An order for an export.
    package static func export(of backup: Backup.Key) -> TaskOrder {
        TaskOrder(instance: backup.instance, kind: .export, backup: backup.backup, remark: "", keepDays: nil)
    }
}
