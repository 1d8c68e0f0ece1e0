import WherryCore
import WherryPluginKit
import WherryPluginWire

/// A running `external` source.
struct ExternalSource: Source {
    let program: ExternalProgram

    var requests: (any BackupRequesting)? { ExternalOrders(program: program) }

    func check() async throws -> [Finding] { try await program.check() }

    func instances() -> AsyncThrowingStream<Instance, any Error> {
        stream {
            let found = try await items(.instances, .object([:]), about: "", WireInstance.read)
            guard Set(found.map(\.id)).count == found.count else { throw WireProblem("Two instances have one id.") }
            return found
        }
    }

    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error> {
        stream { try await list(instance, since: since).map(\.backup) }
    }

    /// A backup, and the order that it was made on.
    struct Listed: Sendable {
        var backup: Backup
        var task: String?
    }

    func list(_ instance: Instance.ID, since: Timestamp?) async throws -> [Listed] {
        let params: JSONValue = .members(["instance": .string(instance.rawValue), "since": .text(since)])
        let found = try await items(.backups, params, about: instance.rawValue) { value throws(WireProblem) in
            let backup = try WireBackup.read(value)
            guard backup.instance == instance else { throw WireProblem("A backup is of another instance.") }
            return Listed(backup: backup, task: value["task"]?.text)
        }
        guard Set(found.map(\.backup.id)).count == found.count else {
            throw try await broken("Two backups have one id.", .backups)
        }
        return found
    }

    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile] {
        let params: JSONValue = .object(["instance": .string(instance.rawValue), "backup": .string(backup.rawValue)])
        let files = try await items(.issueURLs, params, about: "\(instance)/\(backup)", WireIssuedFile.read)
        do {
            let ordered = try WireIssuedFile.ordered(files)
            guard ordered.allSatisfy({ $0.expiresAt > program.context.clock.now }) else {
                throw WireProblem("A URL had expired when it was issued.")
            }
            return ordered
        } catch let problem as WireProblem {
            throw try await broken(problem.description, .issueURLs)
        }
    }

    private func items<Item: Sendable>(
        _ operation: PluginOperation,
        _ params: JSONValue,
        about object: String,
        _ read: (JSONValue) throws(WireProblem) -> Item
    ) async throws -> [Item] {
        let ready = try await program.ready()
        let answer = try await program.observed(operation, object) {
            try await program.ask(operation, ready, params: params)
        }
        do {
            return try answer.items.map(read)
        } catch {
            throw program.broken(.malformed(error.description), ready.file, operation.rawValue)
        }
    }

    private func broken(_ reason: String, _ operation: PluginOperation) async throws -> Failure {
        program.broken(.malformed(reason), try program.file(), operation.rawValue)
    }

    private func stream<Item: Sendable>(
        _ list: @escaping @Sendable () async throws -> [Item]
    ) -> AsyncThrowingStream<Item, any Error> {
        let (stream, continuation) = AsyncThrowingStream<Item, any Error>.makeStream()
        let task = Task {
            do {
                for item in try await list() { continuation.yield(item) }
                continuation.finish()
            } catch let problem as WireProblem {
                continuation.finish(
                    throwing: ExternalFailure.of(
                        .malformed(problem.description),
                        plugin: program.settings.name ?? program.context.name,
                        operation: "a list",
                        complaint: nil
                    )
                )
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

extension ExternalProgram {
    /// Runs a question of a source and tells the observer how it went.
    func observed<Value>(
        _ operation: PluginOperation,
        _ object: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let at = context.clock.now
        let start = ContinuousClock.now
        var code = "0"
        do {
            let value = try await body()
            await tell(operation, object, code, at, start)
            return value
        } catch {
            code = Failure.wrap(error, during: "asking a plugin").code
            await tell(operation, object, code, at, start)
            throw error
        }
    }

    private func tell(
        _ operation: PluginOperation,
        _ object: String,
        _ code: String,
        _ at: Timestamp,
        _ start: ContinuousClock.Instant
    ) async {
        await context.observer.observed(
            APICall(action: operation.rawValue, object: object, code: code, at: at, latency: .now - start)
        )
    }
}
