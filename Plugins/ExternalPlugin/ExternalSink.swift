import SystemPackage
import WherryCore
import WherryPluginKit
import WherryPluginWire
import WherryPrograms

/// A running `external` sink.
struct ExternalSink: Sink {
    let program: ExternalProgram

    func check() async throws -> [Finding] { try await program.check() }

    func prepare(run: RunID, recovering: Bool) async throws {
        if recovering { OperationFolder.removeLeftOvers(below: program.context.stateDirectory) }
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        let ready = try await program.ready()
        return try await program.withScratch { scratch in
            let delivery = ExternalDelivery(program: program, ready: ready, backup: backup, scratch: scratch)
            switch ready.description.wish {
            case .links: return try await delivery.links(transfer)
            case .stream: return try await delivery.streams(transfer)
            case .file, nil: return try await delivery.files(transfer)
            }
        }
    }

    func finish(_ run: RunSummary) async throws {
        let ready = try await program.ready()
        guard ready.description.operations.contains(.finish) else { return }
        let params: JSONValue = .object([
            "run": .integer(run.run.rawValue), "started_at": .string(run.startedAt.description),
            "delivered": .integer(Int64(run.delivered)), "failed": .integer(Int64(run.failed)),
        ])
        _ = try await program.ask(.finish, ready, params: params)
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        do {
            let ready = try await program.ready()
            guard ready.description.operations.contains(.presence) else { return .unknown("This plugin cannot look.") }
            var doubt: Presence?
            for artifact in receipt.artifacts {
                switch try await presence(of: artifact, ready) {
                case .present: break
                case .absent: return .absent
                case .unknown(let reason): doubt = .unknown(reason)
                }
            }
            return doubt ?? .present
        } catch let failure as Failure {
            return .unknown(failure.message)
        }
    }

    private func presence(of artifact: Artifact, _ ready: ExternalProgram.Ready) async throws -> Presence {
        let answer = try await program.ask(.presence, ready, params: WireReceipt.artifact(artifact))
        switch answer.result["presence"]?.text {
        case "present": return .present
        case "absent": return .absent
        case "unknown":
            let blotter = Blotter(secrets: Array(program.settings.secrets.values))
            return .unknown(blotter.clean(answer.result["reason"]?.text ?? "The plugin could not look."))
        default:
            let violation = Violation.malformed("presence is none of present, absent, unknown")
            throw program.broken(violation, ready.file, "presence")
        }
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let ready = try await program.ready()
        guard ready.description.operations.contains(.read) else {
            throw Failure.cannotRead("The plugin \(ready.description.id) cannot read copies back.")
        }
        try await program.withScratch { scratch in
            let pipe = try ReadingPipe("\(scratch)/\(artifact.position).stream")
            let reading = Reading(pipe)
            let params = WireReceipt.artifact(artifact).adding(["stream": .string(pipe.path)])
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    _ = try await program.ask(.read, ready, params: params, scratch: scratch) { _, talk in
                        reading.began(talk)
                    }
                    reading.ended()
                }
                group.addTask { try await reading.passOn(to: receive) }
            }
        }
    }

    func remove(_ receipt: Receipt) async throws {
        let ready = try await program.ready()
        guard ready.description.operations.contains(.remove) else {
            throw Failure(
                .unsupported,
                code: "sink.cannot-remove",
                "The plugin \(ready.description.id) cannot remove copies.",
                remedy: "Remove them where they are stored."
            )
        }
        for artifact in receipt.artifacts {
            _ = try await program.ask(.remove, ready, params: WireReceipt.artifact(artifact))
        }
    }
}
