import ServiceLifecycle
import WherryEngine

/// Follows the tasks of the served source as long as the server runs.
struct TaskService: Service {
    let tasks: BackupTasks

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await tasks.run() }
    }
}
