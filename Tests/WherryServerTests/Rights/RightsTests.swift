import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryServer
import WherryTestSupport

/// Keys that may not do everything.
@Suite(.timeLimit(.minutes(1)))
struct RightsTests {
    private func withProvider(
        _ rights: CallerRights,
        _ body: @escaping @Sendable (_ provider: Provider, _ caller: RawCaller, _ backup: String) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.rights = ["AKIDnarrow": rights]
            // Another address, so that both URLs can be told apart.
            settings.intranetURL = "http://10.9.8.7"
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 2, shards: 3)
                let caller = RawCaller(provider: provider, secretID: "AKIDnarrow")
                try await body(provider, caller, try await caller.firstBackup())
            }
        }
    }

    @Test("An action that is not granted is refused, in both dialects")
    func limitsActions() async throws {
        let rights = CallerRights(
            actions: [Glob("Describe*")],
            instances: [Glob("*")],
            networks: [.intranet, .extranet]
        )
        try await withProvider(rights) { provider, caller, backup in
            let listed = try await caller.code("DescribeRedis", ["limit": "1", "offset": "0"])
            #expect(listed == 0)
            let wanted = ["redisId": "crs-orders01", "backupId": backup]
            #expect(try await caller.code("GetBackupDownloadUrl", wanted) == 4101)
            let newer = V3Caller(provider: provider, secretID: "AKIDnarrow")
            #expect(try await newer.code("DescribeInstances") == "0")
            #expect(
                try await newer.code("ManualBackupInstance", ["InstanceId": .text("crs-orders01")])
                    == "UnauthorizedOperation"
            )
        }
    }

    @Test("An instance that is not granted is not listed, and not told from one that there is not")
    func limitsInstances() async throws {
        let rights = CallerRights(
            actions: [Glob("*")],
            instances: [Glob("crs-orders*")],
            networks: [.intranet, .extranet]
        )
        try await withProvider(rights) { provider, caller, backup in
            let all = try await provider.catalog.instances(of: "depot").map(\.id.rawValue)
            let other = try #require(all.first { !$0.hasPrefix("crs-orders") })
            let listed = try await caller.instances()
            #expect(!listed.isEmpty)
            #expect(listed.allSatisfy { $0.hasPrefix("crs-orders") })
            let page = ["limit": "1", "offset": "0"]
            for instance in [other, "crs-none"] {
                #expect(try await caller.code("GetRedisBackupList", page.merging(["redisId": instance]) { $1 }) == 4102)
                #expect(try await caller.code("DescribeRedis", page.merging(["redisId": instance]) { $1 }) == 4102)
                let wanted = ["redisId": instance, "backupId": backup]
                #expect(try await caller.code("GetBackupDownloadUrl", wanted) == 4102)
            }
            #expect(try await caller.urls("crs-orders01", backup).extranet.contains("/download/"))
            let newer = V3Caller(provider: provider, secretID: "AKIDnarrow")
            let answer = try await newer.call(V3DescribeInstances()).response
            #expect(answer.instances.map(\.instanceID).sorted() == listed)
            #expect(answer.totalCount == listed.count)
            for action in [
                "DescribeInstances", "DescribeInstanceBackups", "ManualBackupInstance", "DescribeAutoBackupConfig",
            ] {
                #expect(try await newer.code(action, ["InstanceId": .text(other)]) == "UnauthorizedOperation")
            }
            for action in ["DescribeBackupUrl", "DescribeBackupDetail"] {
                let parameters: V3Object = ["InstanceId": .text(other), "BackupId": .text(backup)]
                #expect(try await newer.code(action, parameters) == "UnauthorizedOperation")
            }
            // What holds for all instances is not for one who has only some.
            #expect(
                try await newer.code("ModifyBackupDownloadRestriction", ["LimitType": .text("NoLimit")])
                    == "UnauthorizedOperation"
            )
        }
    }

    @Test("URLs of a network that is not granted are not given out", arguments: Network.allCases)
    func limitsNetworks(network: Network) async throws {
        let rights = CallerRights(actions: [Glob("*")], instances: [Glob("*")], networks: [network])
        try await withProvider(rights) { provider, caller, backup in
            let urls = try await caller.urls("crs-orders01", backup)
            #expect(urls.intranet.isEmpty == (network == .extranet))
            #expect(urls.extranet.isEmpty == (network == .intranet))
            let newer = V3Caller(provider: provider, secretID: "AKIDnarrow")
            var wanted = V3DescribeBackupURL(instanceID: "crs-orders01", backupID: backup)
            let file = try #require(try await newer.call(wanted).response.files.first)
            #expect(file.innerDownloadURL.isEmpty == (network == .extranet))
            wanted.limit = V3DownloadLimit(type: .intranetOnly)
            let code = try await newer.code(V3DescribeBackupURL.action, wanted.parameters)
            #expect(code == (network == .intranet ? "0" : "UnauthorizedOperation"))
        }
    }
}
