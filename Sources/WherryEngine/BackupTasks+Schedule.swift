import WherryCatalog
import WherryCore
import WherryPluginKit

/// Backups that nobody but a schedule asks for.
extension BackupTasks {
    /// Who asks for them, in the catalog.
    package static let scheduler = BackupSchedule.caller

    /// Orders each backup that is due now and was not ordered in this hour yet.
    ///
    /// An order that fails is a failed task, and is not repeated within the hour. While another task of the instance is
    /// under way, the backup waits for its end.
    package func takeDueOrders() async throws {
        for (instance, schedule) in try await catalog.schedules(of: source.name) {
            guard let slot = schedule.slot(at: clock.now) else { continue }
            let isOrdered = try await catalog.hasBackupTask(
                of: instance,
                in: source.name,
                since: slot,
                askedBy: Self.scheduler
            )
            if isOrdered { continue }
            do {
                _ = try await Caller.$current.withValue(Self.scheduler) {
                    try await take(.backup(of: instance, remark: "", keepDays: schedule.keepDays))
                }
            } catch let failure as Failure where failure.failureClass != .cancelled {
                // A failed order is a failed task in the catalog; one that had to wait is tried again.
                continue
            }
        }
    }

    /// Has the source remove the backups of an instance that are past their time.
    func expire(_ instance: Instance.ID) async {
        // What the catalog cannot tell now it can tell after the next backup; nothing is removed on a guess.
        guard let wishes = try? await catalog.retention(of: instance, in: source.name) else { return }
        await source.source.requests?.expire(instance, keeping: wishes)
    }

    /// Looks every so often what is due, until it is cancelled.
    func keepSchedules() async {
        while !Task.isCancelled {
            // What the catalog could not tell now it can tell the next time.
            _ = try? await takeDueOrders()
            _ = try? await Task.sleep(for: .seconds(30))
        }
    }
}
