import UnixSignals
import WherryCatalog
import WherryCore
import WherryEngine

/// Waits for a backup that was asked for, and shows what becomes of it.
struct BackupWatch: Sendable {
    let tasks: BackupTasks
    let source: SourceName
    let json: Bool

    /// Waits for the end of a task, with a line on a terminal, and prints the backup's id.
    ///
    /// - Returns: the exit status, that of a signal when one came.
    func wait(for id: Int64, of instance: Instance.ID) async throws -> Int32 {
        let (task, signal) = try await Interruptible.run { () -> BackupTask? in
            do {
                return try await showingProgress("Task \(id): waiting for the backup of \(instance)") {
                    try await tasks.end(of: id)
                }
            } catch is CancellationError {
                return nil
            }
        }
        guard let task else {
            Terminal.error.line(
                "Stopped waiting; the source goes on with task \(id). Wait again: wherry backup wait \(Terminal.harmless(instance.rawValue))"
            )
            return signal?.exitCode ?? FailureClass.cancelled.exitCode
        }
        show(task)
        return 0
    }

    /// Prints the number of a task that nobody waits for.
    func showOrder(_ id: Int64, of instance: Instance.ID, in catalog: Catalog) async throws {
        if json, let task = try await catalog.task(id, of: source) { return show(task) }
        Terminal.output.line("\(id)")
    }

    private func show(_ task: BackupTask) {
        if json {
            Terminal.output.line(JSONText.object(members(of: task)))
        } else if let backup = task.backup {
            Terminal.output.line(Terminal.harmless(backup.rawValue))
        }
        if task.state == .done, task.backup == nil {
            Terminal.error.line(
                "It is made, but cannot be told from other backups: wherry backups \(Terminal.harmless(task.instance.rawValue)) --refresh"
            )
        }
    }

    private func members(of task: BackupTask) -> [(String, ResultTable.Cell)] {
        [
            ("task", .integer(task.id)), ("kind", .text(task.kind.rawValue)), ("state", .text(task.state.rawValue)),
            ("source", .text(source.rawValue)), ("instance", .text(task.instance.rawValue)),
            ("backup", task.backup.map { .text($0.rawValue) } ?? .null), ("remark", .text(task.remark)),
            ("asked_by", .text(task.askedBy)), ("asked_at", .text(task.askedAt.description)),
            ("ended_at", task.endedAt.map { .text($0.description) } ?? .null),
        ]
    }

    /// Runs `body`, with a line that tells the time on a terminal.
    private func showingProgress<Value: Sendable>(
        _ text: String,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !json, Terminal.error.isInteractive else { return try await body() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            let began = ContinuousClock.now
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    let seconds = (ContinuousClock.now - began).wholeSeconds
                    let line = Terminal.harmless("\(text), \(seconds) s").prefix(Terminal.error.width - 1)
                    Terminal.error.write("\r\u{1B}[K" + line)
                    // Cancelled is what the loop looks for.
                    try? await Task.sleep(for: .seconds(1))
                }
                return nil
            }
            defer { Terminal.error.write("\r\u{1B}[K") }
            while let value = try await group.next() {
                guard let value else { continue }
                group.cancelAll()
                return value
            }
            throw CancellationError()
        }
    }
}
