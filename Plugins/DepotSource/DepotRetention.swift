import WherryCore

/// Which backups of an instance are past their time.
enum DepotRetention {
    /// How long they are kept unless told otherwise, as the configuration spells it: the provider's seven days.
    static let defaultAge = "7d"
    /// The same.
    static let defaultKeep = Duration.seconds(7 * 86_400)

    /// The backups to remove: those started longer than `age` ago, or than their own time, oldest first.
    ///
    /// Manual ones age like the others. The newest that can be fetched always stays, however old it is; one that cannot be
    /// fetched is left alone, because something else is at work on it.
    static func expired(
        _ backups: [Backup],
        age: Duration,
        exceptions: [Backup.ID: Duration] = [:],
        now: Timestamp
    ) -> [Backup] {
        let available = backups.filter { $0.state == .available }.sorted {
            ($0.startedAt, $0.id) < ($1.startedAt, $1.id)
        }
        return available.dropLast().filter { $0.startedAt < now - (exceptions[$0.id] ?? age) }
    }
}
