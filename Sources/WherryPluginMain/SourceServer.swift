import WherryCore
import WherryPluginKit
import WherryPluginWire

/// Answers the operations of a source.
struct SourceServer: Sendable {
    let source: any Source

    func answer(_ request: PluginRequest, _ channel: GuestChannel) async throws -> JSONValue {
        switch PluginOperation(rawValue: request.operation) {
        case .check: return try await Answers.findings(source.check())
        case .instances:
            var count: Int64 = 0
            for try await instance in source.instances() {
                channel.say(.item(WireInstance.value(instance)))
                count += 1
            }
            return Answers.counted(count)
        case .backups:
            let since = request.params["since"]?.text.flatMap { Timestamp($0) }
            var count: Int64 = 0
            for try await backup in source.backups(of: try Answers.instance(request), since: since) {
                channel.say(.item(WireBackup.value(backup)))
                count += 1
            }
            return Answers.counted(count)
        case .issueURLs:
            guard let backup = request.params["backup"]?.text else { throw WireProblem("The params name no backup.") }
            let files = try await source.issueURLs(
                for: Backup.ID(rawValue: backup),
                of: try Answers.instance(request)
            )
            for file in files { channel.say(.item(WireIssuedFile.value(file))) }
            return Answers.counted(Int64(files.count))
        default: throw PluginError(.unsupported, code: "unsupported-operation", "This plugin cannot do that.")
        }
    }
}

/// Answers that sources and sinks have in common.
enum Answers {
    static func counted(_ count: Int64) -> JSONValue {
        .object(["type": .string("result"), "items": .integer(count)])
    }

    static func findings(_ findings: [Finding]) -> JSONValue {
        let entries = findings.map { finding -> JSONValue in
            .members([
                "level": .string(finding.level.rawValue), "message": .string(finding.message),
                "remedy": .text(finding.remedy),
            ])
        }
        return .object(["type": .string("result"), "findings": .array(entries)])
    }

    static func instance(_ request: PluginRequest) throws(WireProblem) -> Instance.ID {
        guard let id = request.params["instance"]?.text else { throw WireProblem("The params name no instance.") }
        return Instance.ID(rawValue: id)
    }
}
