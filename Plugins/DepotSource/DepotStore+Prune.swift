import FoundationEssentials
public import WherryCore
import WherryPluginKit

extension DepotStore {
    /// How old the files of a snapshot that was cut short must be, in seconds, before they are cleared away.
    private static let leftoverAge: Int64 = 86_400
    /// The shortest and the longest time to keep snapshots, in days.
    private static let days: ClosedRange<Int64> = 1...36_500

    /// Removes the files of backups that are older than so long.
    ///
    /// Their rows stay, as expired. An instance's newest good one is kept. The catalog is told before the files go, so
    /// nothing is ever listed that is not there; what a crash leaves in between goes the next time, as do the unfinished
    /// files of snapshots that were killed more than a day ago.
    ///
    /// - Parameters:
    ///   - age: the time to keep them, a day or longer.
    ///   - only: the instance to look at; nil for all.
    ///   - dryRun: only say what would go.
    ///   - wishes: tells of an instance how long its backups are to be kept, in place of `age`.
    /// - Returns: the backups that went, oldest first for each instance.
    /// - Throws: ``Failure`` of class `usage` when `age` is below a day or beyond a hundred years.
    public func prune(
        olderThan age: Duration,
        of only: Instance.ID? = nil,
        dryRun: Bool = false,
        unless wishes: (Instance.ID) async throws -> BackupRetention = { _ in BackupRetention() }
    ) async throws -> [Backup] {
        guard age >= .seconds(Self.days.lowerBound * 86_400), age <= .seconds(Self.days.upperBound * 86_400) else {
            throw Failure(
                .usage,
                code: "depot.bad-age",
                "Snapshots are kept for a day at least, and for a hundred years at most.",
                remedy: "Give a time such as 7d."
            )
        }
        var removed: [Backup] = []
        for instance in try await inventory.instances() where only == nil || instance.id == only {
            let backups = try await inventory.backups(of: instance.id)
            let wish = try await wishes(instance.id)
            let expired = DepotRetention.expired(
                backups,
                age: wish.age ?? age,
                exceptions: wish.exceptions,
                now: clock.now
            )
            removed += expired
            if dryRun { continue }
            for var backup in expired {
                backup.state = .expired
                try await inventory.register(backup, of: instance, files: [])
            }
            for backup in expired + backups.filter({ $0.state == .expired }) {
                DepotFiles.remove(folder + "/" + DepotLayout.folder(instance: instance.id, backup: backup.id))
            }
        }
        if !dryRun { clearLeftovers() }
        return removed
    }

    /// Removes `INSTANCE/BACKUP/*.part` of long ago.
    private func clearLeftovers() {
        let manager = FileManager.default
        func names(_ folder: String) -> [String] { (try? manager.contentsOfDirectory(atPath: folder)) ?? [] }
        for instance in names(folder).map({ "\(folder)/\($0)" }) {
            for backup in names(instance).map({ "\(instance)/\($0)" }) {
                for name in names(backup) where name.hasSuffix(Staging.suffix) {
                    let path = "\(backup)/\(name)"
                    let changed = (try? manager.attributesOfItem(atPath: path))?[.modificationDate] as? Date
                    let age = changed.map { clock.now.seconds - Int64($0.timeIntervalSince1970) } ?? 0
                    // What cannot be removed stays until the next time.
                    if age > Self.leftoverAge { try? manager.removeItem(atPath: path) }
                }
            }
        }
    }
}
