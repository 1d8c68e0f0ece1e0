import WherryCore
import WherryPluginKit
import WherryPluginWire

/// Answers the operations of a sink.
struct SinkServer: Sendable {
    let sink: any Sink

    func answer(_ request: PluginRequest, _ channel: GuestChannel) async throws -> JSONValue {
        switch PluginOperation(rawValue: request.operation) {
        case .check: return Answers.findings(try await sink.check())
        case .deliver: return try await deliver(request, channel)
        case .presence:
            let answer: (String, String?) =
                switch try await sink.presence(of: try Self.receipt(request)) {
                case .present: ("present", nil)
                case .absent: ("absent", nil)
                case .unknown(let reason): ("unknown", reason)
                }
            return .members(["type": .string("result"), "presence": .string(answer.0), "reason": .text(answer.1)])
        case .remove:
            try await sink.remove(try Self.receipt(request))
            return .object(["type": .string("result")])
        case .read:
            guard let path = request.params["stream"]?.text else { throw WireProblem("The params have no stream.") }
            let artifact = try WireReceipt.readArtifact(request.params)
            let pipe = try OutgoingPipe(path)
            try await sink.read(artifact) { try pipe.write($0) }
            return .object(["type": .string("result")])
        case .finish:
            try await sink.finish(Self.summary(request.params))
            return .object(["type": .string("result")])
        default: throw PluginError(.unsupported, code: "unsupported-operation", "This plugin cannot do that.")
        }
    }

    private func deliver(_ request: PluginRequest, _ channel: GuestChannel) async throws -> JSONValue {
        let params = request.params
        guard let source = params["source"]?.text, let entries = params["files"]?.entries else {
            throw WireProblem("The params have no source or no files.")
        }
        let files = try entries.map { entry throws(WireProblem) in try HandedFile(entry) }
        let backup = ResolvedBackup(
            source: SourceName(rawValue: source),
            instance: try WireInstance.read(params["instance"] ?? .null),
            backup: try WireBackup.read(params["backup"] ?? .null),
            files: files.map { ResolvedFile(file: $0.file, lease: $0, label: String($0.file.position)) }
        )
        try await sink.prepare(run: RunID(rawValue: 0), recovering: false)
        let transfer = HandedTransfer(files: files, channel: channel)
        let receipt = try await sink.deliver(backup, using: transfer)
        return .object(["type": .string("result"), "receipt": WireReceipt.value(receipt)])
    }

    /// The receipt of the one artifact that presence and remove are asked about.
    private static func receipt(_ request: PluginRequest) throws(WireProblem) -> Receipt {
        Receipt(outcome: .delivered, artifacts: [try WireReceipt.readArtifact(request.params)])
    }

    private static func summary(_ params: JSONValue) -> RunSummary {
        RunSummary(
            run: RunID(rawValue: params["run"]?.integer ?? 0),
            startedAt: params["started_at"]?.text.flatMap { Timestamp($0) } ?? Timestamp(seconds: 0),
            delivered: Int(params["delivered"]?.integer ?? 0),
            failed: Int(params["failed"]?.integer ?? 0)
        )
    }
}
