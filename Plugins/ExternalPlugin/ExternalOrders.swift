import WherryCore
import WherryPluginKit
import WherryPluginWire

/// Takes orders for backups to a plugin that has the operation `request-backup`.
struct ExternalOrders: BackupRequesting {
    let program: ExternalProgram
    /// How often it is looked whether the backup is there.
    var polling = Polling(every: .seconds(30), beginningWith: .seconds(1), attempts: 1_440)

    func requestBackup(of instance: Instance.ID, remark: String?) async throws -> BackupRequest {
        let ready = try await program.ready()
        guard ready.description.operations.contains(.requestBackup) else {
            throw Failure(
                .unsupported,
                code: "source.cannot-request",
                "The plugin \(ready.description.id) cannot have backups made.",
                remedy: "Have them made where the instance runs."
            )
        }
        let at = program.context.clock.now
        let params: JSONValue = .members(["instance": .string(instance.rawValue), "remark": .text(remark)])
        let answer: Conversation.Answer
        do {
            answer = try await program.observed(.requestBackup, instance.rawValue) {
                try await program.ask(.requestBackup, ready, params: params)
            }
        } catch let failure as Failure {
            // Whoever broke off may have given the order before.
            throw failure.ofOrder(for: instance, unclear: failure.isBrokenRule ? [failure.code] : [])
        }
        guard let task = answer.result["task"]?.text, !task.isEmpty, task.utf8.count <= 512 else {
            let failure = program.broken(.malformed("the result has no task"), ready.file, "request-backup")
            throw failure.ofOrder(for: instance, unclear: [failure.code])
        }
        return BackupRequest(instance: instance, remark: remark, task: task, requestedAt: at)
    }

    func finished(_ request: BackupRequest) async throws -> Backup? {
        let source = ExternalSource(program: program)
        let made = try await polling.answer {
            let listed = try await source.list(request.instance, since: request.requestedAt - .seconds(3_600))
            let made = listed.first { $0.task == request.task }?.backup
            return made.flatMap { $0.state == .available || $0.state == .exporting ? $0 : nil }
        }
        if let made { return made }
        throw Failure(
            .transient,
            code: "external.task-unfinished",
            "The backup of \(request.instance) that was asked for at \(request.requestedAt) is in no list yet.",
            remedy: "List the instance's backups later; the plugin called it task \(request.task)."
        )
    }
}

extension Failure {
    /// Whether a plugin broke the rules: what it did before, nobody knows.
    fileprivate var isBrokenRule: Bool {
        failureClass == .internal && code.hasPrefix("external.") && code != "external.failed"
    }
}
