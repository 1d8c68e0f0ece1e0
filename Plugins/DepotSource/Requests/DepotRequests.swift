import Logging
import WherryCore
import WherryPluginKit

/// Takes snapshots of the live servers behind a depot's instances when it is asked to.
struct DepotRequests: BackupRequesting {
    /// How many snapshots are under way at a time: each server forks, and they may share a machine and its disk.
    static let width = 4

    let store: DepotStore
    let servers: [Instance.ID: LiveServer]
    /// How long backups are kept of which nobody says otherwise.
    let keep: Duration
    /// A folder of the depot's own, for locks.
    let state: String
    let logger: Logger
    /// How long is waited before each further attempt, after passing trouble.
    var pauses: [Duration] = [.seconds(5), .seconds(20), .seconds(60)]
    let turnstile = Turnstile(width: width)

    func takesOrders(for instance: Instance.ID) -> Bool { servers[instance] != nil }

    /// Takes the order; its task is the id that the backup will have.
    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        _ = try server(of: instance)
        return BackupRequest(
            instance: instance,
            remark: remark,
            task: store.newID().rawValue,
            requestedAt: store.clock.now
        )
    }

    /// Takes the snapshot, unless another process did, before or meanwhile.
    func finished(_ request: BackupRequest) async throws -> Backup? {
        let server = try server(of: request.instance)
        let id = Backup.ID(rawValue: request.task)
        var pauses = pauses[...]
        while true {
            do {
                return try await turnstile.pass { try await taken(request, id, from: server) }
            } catch let failure as Failure where failure.failureClass.isRetryable {
                guard let pause = pauses.popFirst() else { throw failure }
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Removes backups of an instance that are past their time.
    func expire(_ instance: Instance.ID, keeping wishes: BackupRetention) async {
        do {
            _ = try await store.prune(olderThan: keep, of: instance) { _ in wishes }
        } catch {
            let failure = Failure.wrap(error, during: "removing old snapshots")
            logger.warning(
                "old snapshots were not removed",
                metadata: ["error.code": "\(failure.code)", "error": "\(failure.message)"]
            )
        }
    }

    private func taken(_ request: BackupRequest, _ id: Backup.ID, from server: LiveServer) async throws -> Backup {
        try AtomicFile.makeFolder(state)
        return try await RequestLock.with("\(state)/request-\(PathTemplate.safe(id.rawValue)).lock") {
            if let made = try await store.inventory.backup(id, of: request.instance) { return made }
            return try await server.snapshot(into: store, kind: request.kind, remark: request.remark ?? "", id: id)
        }
    }

    private func server(of instance: Instance.ID) throws -> LiveServer {
        guard let server = servers[instance] else {
            throw Failure(
                .unsupported,
                code: "source.cannot-request",
                "The depot knows no live server of \(instance).",
                remedy: "Name it in the depot's option servers, or put a dump in with wherry depot add."
            )
        }
        return server
    }
}
