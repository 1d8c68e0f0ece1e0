package import WherryCatalog
import WherryCore

/// Tasks of one program that ends with them.
extension BackupTasks {
    /// How long a source may take to answer to an order, in other processes.
    private static let patience = Duration.seconds(120)

    /// Follows a task to its end, for whoever has no ``run()``.
    ///
    /// - Returns: the task, which is done.
    /// - Throws: ``Failure``: what it failed with, code `task.failed` when that was before, `task.interrupted` when nobody
    ///   heard whether the source took the order. `CancellationError` when cancelled; the task stays under way.
    package func end(of id: Int64) async throws -> BackupTask {
        var task = try await known(id)
        while task.state == .waiting, clock.now < task.askedAt + Self.patience {
            try await Task.sleep(for: .seconds(1))
            task = try await known(id)
        }
        switch task.state {
        case .waiting:
            let failure = Self.interrupted(task)
            await end(id, with: failure)
            throw failure
        case .running:
            guard let failure = await follow(id) else { return try await known(id) }
            try Task.checkCancellation()
            throw failure
        case .done:
            return task
        case .failed:
            throw Failure(
                .transient,
                code: "task.failed",
                "Task \(id) of \(task.instance), asked for at \(task.askedAt), failed: \(task.failureMessage)",
                remedy: "Ask for another one: wherry backup request \(task.instance)"
            )
        }
    }

    private func known(_ id: Int64) async throws -> BackupTask {
        guard let task = try await catalog.task(id, of: source.name) else {
            throw Failure(
                .notFound,
                code: "task.not-found",
                "The source \(source.name) has no task \(id).",
                remedy: "List them: wherry sql \"SELECT * FROM task_history\""
            )
        }
        return task
    }
}
