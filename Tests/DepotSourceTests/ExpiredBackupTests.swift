import Testing
import WherryCore
import WherryPluginKit

@testable import DepotSource

/// What the source says of backups that were pruned.
@Suite struct ExpiredBackupTests {
    private struct NoHTTP: HTTPTransport {
        func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
            throw Failure(.internal, code: "test.unexpected", "The depot asked the network.")
        }
    }

    @Test func areNotThereAnyMore() async throws {
        try await TestDepot.with { depot in
            let source = DepotSource(
                folder: depot.folder,
                urlLife: .seconds(60),
                intranet: nil,
                extranet: "http://127.0.0.1:1",
                signer: DownloadSigner(key: Secret("k")),
                inventory: depot.inventory,
                http: NoHTTP(),
                clock: depot.clock
            )
            let instance = Instance(id: "orders", name: "orders", topology: .standalone, state: .running)
            for (id, state) in [("b-1", Backup.State.available), ("b-2", .expired)] {
                let backup = Backup(
                    id: Backup.ID(rawValue: id),
                    instance: "orders",
                    startedAt: depot.clock.now,
                    kind: .manual,
                    state: state
                )
                try await depot.inventory.register(backup, of: instance, files: [])
            }
            var listed: [String] = []
            for try await backup in source.backups(of: "orders", since: nil) { listed.append(backup.id.rawValue) }
            #expect(listed == ["b-1"])
            // Not `backup.busy`: it will never come back.
            let failure = await #expect(throws: Failure.self) { try await source.issueURLs(for: "b-2", of: "orders") }
            #expect(failure?.code == "backup.not-found")
            #expect(failure?.failureClass == .notFound)
        }
    }
}
