import ExternalPlugin
import WherryCore
import WherryPluginKit
import WherryPluginWire

extension PluginConformance {
    /// How many instances are looked at.
    private static let instanceLimit = 5

    /// What holds of sources.
    func listings(_ described: PluginDescription, _ report: inout Report) async {
        var instances: [Instance] = []
        var backups: [Backup] = []
        var made: (any Source)?
        await report.check("instances") {
            let source = try await ExternalSourcePlugin.makeSource(externalOptions, context: context)
            made = source
            for try await instance in source.instances() { instances.append(instance) }
            return "It lists \(instances.count) instances."
        }
        guard let source = made else { return }
        await report.check("backups") {
            guard !instances.isEmpty else { throw Skip("It has no instance.") }
            for instance in instances.prefix(Self.instanceLimit) {
                for try await backup in source.backups(of: instance.id, since: nil) { backups.append(backup) }
            }
            return "It lists \(backups.count) backups of \(min(instances.count, Self.instanceLimit)) instances."
        }
        await report.check("issue-urls") {
            guard let backup = backups.first(where: { $0.state == .available }) else {
                throw Skip("It has no backup that can be fetched.")
            }
            let files = try await source.issueURLs(for: backup.id, of: backup.instance)
            return "It issues URLs of \(files.count) files, which work until \(files[0].expiresAt)."
        }
        await report.check("unknown-instance") {
            try await notFound(["instance.not-found"]) {
                for try await _ in source.backups(of: "x-no-such-instance", since: nil) {}
            }
        }
        await report.check("unknown-backup") {
            guard let instance = instances.first else { throw Skip("It has no instance.") }
            return try await notFound(["backup.not-found"]) {
                _ = try await source.issueURLs(for: "x-no-such-backup", of: instance.id)
            }
        }
        await report.check("request-backup") {
            guard described.operations.contains(.requestBackup) else { throw Skip("It has no backups made.") }
            throw Skip("Not tried, as it would have a backup made.")
        }
    }

    private func notFound(_ codes: Set<String>, _ body: () async throws -> Void) async throws -> String {
        do {
            try await body()
        } catch let failure as Failure {
            guard codes.contains(failure.code), failure.failureClass == .notFound else { throw failure }
            return "It answers with \(failure.code)."
        }
        throw Objection("It must answer with \(codes.sorted().joined(separator: " or ")), class not-found.")
    }
}
