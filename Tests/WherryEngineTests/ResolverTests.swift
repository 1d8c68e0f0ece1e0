import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTestSupport

@Suite(.timeLimit(.minutes(1)))
struct ResolverTests {
    private func with(_ body: @escaping @Sendable (Provider, Collector, Backup.Key) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let id = try #require(try await provider.catalog.backups(of: "crs-orders01", in: "depot").first).id
                try await Collector.with(in: scratch, provider: provider) { collector in
                    try await body(provider, collector, Backup.Key(instance: "crs-orders01", backup: id))
                }
            }
        }
    }

    private func issues(_ provider: Provider) throws -> Int {
        try provider.catalog.rows("SELECT 1 FROM api_call WHERE action = 'GetBackupDownloadUrl'").count
    }

    @Test func manyAtOnceCauseOneCall() async throws {
        try await with { provider, collector, key in
            let resolver = collector.resolver
            let answers = try await Concurrently.map(Array(0..<50), width: 50) { _ in
                try await resolver.resolve(key, from: collector.source)
            }
            #expect(Set(answers.map { $0[0].issued.extranet }).count == 1)
            #expect(try issues(provider) == 1)
            #expect(try await collector.catalog.count("issued_url") == 1)
        }
    }

    @Test func recordedURLIsReusedUntilAFifthOfItsLifeIsLeft() async throws {
        try await with { provider, collector, key in
            let resolver = collector.resolver
            _ = try await resolver.resolve(key, from: collector.source)
            collector.clock.advance(by: .seconds(2_900))
            _ = try await resolver.resolve(key, from: collector.source)
            #expect(try issues(provider) == 1)
            // Within ten minutes of its end a URL is not given out again.
            collector.clock.advance(by: .seconds(200))
            _ = try await resolver.resolve(key, from: collector.source)
            #expect(try issues(provider) == 2)
        }
    }

    @Test func rejectedURLIsNotGivenOutAgain() async throws {
        try await with { provider, collector, key in
            let resolver = collector.resolver
            let first = try await resolver.resolve(key, from: collector.source)
            let second = try await resolver.renew(
                key,
                from: collector.source,
                after: first[0].urlID,
                because: .refused,
                run: nil
            )
            #expect(second[0].urlID != first[0].urlID)
            #expect(try issues(provider) == 2)
            #expect(try await collector.catalog.count("issued_url WHERE rejected_at IS NOT NULL") == 1)
        }
    }

    @Test func whoAskedIsRecorded() async throws {
        try await with { provider, collector, key in
            try await Caller.$current.withValue("cli:ana") {
                _ = try await collector.resolver.resolve(key, from: collector.source)
            }
            #expect(try collector.catalog.rows("SELECT asked_by FROM url_history") == [[.text("cli:ana")]])
            let callers = try collector.catalog.rows("SELECT DISTINCT caller FROM api_call WHERE direction = 'out'")
            #expect(callers == [[.text("cli:ana")]])
            #expect(
                try provider.catalog.rows("SELECT asked_by FROM url_history") == [[.text("api:\(Provider.secretID)")]]
            )
        }
    }

    @Test func unknownThingsAreToldApart() async throws {
        try await with { _, collector, key in
            let noInstance = Backup.Key(instance: "crs-none", backup: key.backup)
            await #expect {
                _ = try await collector.resolver.resolve(noInstance, from: collector.source)
            } throws: {
                ($0 as? Failure)?.code == "instance.not-found"
            }
            let noBackup = Backup.Key(instance: key.instance, backup: "none")
            await #expect {
                _ = try await collector.resolver.resolve(noBackup, from: collector.source)
            } throws: {
                ($0 as? Failure)?.code == "backup.not-found"
            }
        }
    }
}
