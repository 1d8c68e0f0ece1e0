/// How long the backups of an instance are to be kept, as far as somebody said so.
public struct BackupRetention: Sendable, Hashable {
    /// How long; nil for as long as the source keeps them by itself.
    public var age: Duration?
    /// Backups that are to be kept for a time of their own.
    public var exceptions: [Backup.ID: Duration]

    /// A retention; by default nobody said anything.
    public init(age: Duration? = nil, exceptions: [Backup.ID: Duration] = [:]) {
        self.age = age
        self.exceptions = exceptions
    }
}
