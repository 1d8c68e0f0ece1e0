import Foundation
import Testing
import WherryCore
import WherryTestSupport

/// The provider's own clients take this server for the provider.
@Suite(.timeLimit(.minutes(2)))
struct SDKCallTests {
    static let newClients = [
        SDK.Client(method: "POST", sign: "TC3-HMAC-SHA256"), SDK.Client(method: "GET", sign: "TC3-HMAC-SHA256"),
        SDK.Client(method: "POST", sign: "HmacSHA256"), SDK.Client(method: "GET", sign: "HmacSHA1"),
    ]

    static let oldClients = ["GET", "POST"].flatMap { method in
        ["HmacSHA1", "HmacSHA256"].map { SDK.Client(dialect: "v2", method: method, sign: $0) }
    }

    private func withSDK(_ body: @escaping @Sendable (SDK) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 3)
                try await body(SDK(provider: provider, scratch: scratch))
            }
        }
    }

    @Test(arguments: newClients)
    func clientOfAPI3FindsAndDownloadsABackup(client: SDK.Client) async throws {
        try await withSDK { sdk in
            let listed = try await sdk.call(
                client,
                [
                    SDK.Call(action: "DescribeInstances", parameters: ["InstanceIds": ["crs-sessions"]]),
                    SDK.Call(action: "DescribeInstanceBackups", parameters: ["InstanceId": "crs-sessions"]),
                ]
            )
            let instances = try #require(listed.first?.answer)
            #expect(instances["TotalCount"]?.integer == 1)
            #expect(instances["InstanceSet"]?.elements.first?["InstanceName"]?.text == "sessions")
            let backup = try #require(listed.last?.answer?["BackupSet"]?.elements.first?["BackupId"]?.text)
            let named: [String: SDK.Value] = ["InstanceId": "crs-sessions", "BackupId": .text(backup)]
            let detail = try await sdk.answer(client, "DescribeBackupDetail", named)
            #expect(detail["ShardNum"]?.integer == 3)
            let answer = try await sdk.answer(client, "DescribeBackupUrl", named)
            let files = try #require(answer["BackupInfos"]).elements
            #expect(files.count == 3)
            for (shard, file) in files.enumerated() {
                let bytes = try #require(FileManager.default.contents(atPath: Fixtures.rdb("sessions-shard-\(shard)")))
                let inner = try #require(file["InnerDownloadUrl"]?.text)
                #expect(try await HTTPProbe.send("GET", inner).body == Array(bytes))
                #expect(answer["DownloadUrl"]?.elements.count == 3)
                #expect(answer["InnerDownloadUrl"]?.elements[shard].text == inner)
            }
        }
    }

    @Test(arguments: newClients)
    func errorsOfAPI3AreTypedExceptions(client: SDK.Client) async throws {
        try await withSDK { sdk in
            let none: [String: SDK.Value] = ["InstanceId": "crs-none", "BackupId": "none"]
            let other: [String: SDK.Value] = ["InstanceId": "crs-orders01", "BackupId": "none"]
            let outcomes = try await sdk.call(
                client,
                [
                    SDK.Call(action: "DescribeBackupUrl", parameters: none),
                    SDK.Call(action: "DescribeBackupUrl", parameters: other),
                    SDK.Call(action: "DescribeInstances", parameters: ["Limit": 5_000]),
                    SDK.Call(action: "DescribeSlowLog", parameters: ["InstanceId": "crs-orders01"]),
                ]
            )
            #expect(outcomes.allSatisfy { $0.error?.type == "TencentCloudSDKException" })
            #expect(outcomes.allSatisfy { $0.error?.requestId.flatMap(UUID.init(uuidString:)) != nil })
            #expect(
                outcomes.map { $0.error?.code } == [
                    "ResourceNotFound.InstanceNotExists", "InvalidParameterValue.BackupNotExists",
                    "InvalidParameterValue", "InvalidAction",
                ]
            )
        }
    }

    @Test(arguments: newClients)
    func clientOfAPI3LimitsDownloads(client: SDK.Client) async throws {
        try await withSDK { sdk in
            let limit: [String: SDK.Value] = [
                "LimitType": "Customize", "IpComparisonSymbol": "NotIn", "LimitIp": ["10.0.0.0/8", "127.0.0.1"],
            ]
            let outcomes = try await sdk.call(
                client,
                [
                    SDK.Call(action: "ModifyBackupDownloadRestriction", parameters: limit),
                    SDK.Call(action: "DescribeBackupDownloadRestriction"),
                    SDK.Call(action: "DescribeInstanceBackups", parameters: ["InstanceId": "crs-orders01"]),
                ]
            )
            #expect(outcomes[1].answer?["LimitType"]?.text == "Customize")
            #expect(outcomes[1].answer?["LimitIp"] == .array([.text("10.0.0.0/8"), .text("127.0.0.1")]))
            let backup = try #require(outcomes[2].answer?["BackupSet"]?.elements.first?["BackupId"]?.text)
            let named: [String: SDK.Value] = ["InstanceId": "crs-orders01", "BackupId": .text(backup)]
            var urls: [String] = []
            for extra in [[:], ["LimitType": "NoLimit"]] as [[String: SDK.Value]] {
                let answer = try await sdk.answer(client, "DescribeBackupUrl", named.merging(extra) { $1 })
                urls.append(try #require(answer["BackupInfos"]?.elements.first?["DownloadUrl"]?.text))
            }
            #expect(try await HTTPProbe.send("GET", urls[0]).status == 403)
            #expect(try await HTTPProbe.send("GET", urls[1]).status == 200)
        }
    }

    @Test func commandLineOfAPI3FindsAndDownloadsABackup() async throws {
        try await withSDK { sdk in
            let listed = try await sdk.tccli("DescribeInstanceBackups", "--InstanceId", "crs-orders01")
            #expect(listed.status == 0, "\(listed.all)")
            let answer = try JSONDecoder().decode(JSON.self, from: Data(listed.output.utf8))
            #expect(answer["TotalCount"]?.integer == 2)
            let oldest = try #require(answer["BackupSet"]?.elements.last?["BackupId"]?.text)
            let issued = try await sdk.tccli(
                "DescribeBackupUrl",
                "--InstanceId",
                "crs-orders01",
                "--BackupId",
                oldest
            )
            let urls = try JSONDecoder().decode(JSON.self, from: Data(issued.output.utf8))
            let url = try #require(urls["BackupInfos"]?.elements.first?["DownloadUrl"]?.text)
            let bodies = try ["orders-1", "orders-2"].map { name in
                Array(try #require(FileManager.default.contents(atPath: Fixtures.rdb(name))))
            }
            #expect(bodies.contains(try await HTTPProbe.send("GET", url).body))
            let refused = try await sdk.tccli("DescribeBackupUrl", "--InstanceId", "crs-none", "--BackupId", "none")
            #expect(refused.status != 0)
            #expect(refused.all.contains("code:ResourceNotFound.InstanceNotExists"))
        }
    }

    @Test(arguments: oldClients)
    func clientOfAPI2FindsAndDownloadsABackup(client: SDK.Client) async throws {
        try await withSDK { sdk in
            let listed = try await sdk.call(
                client,
                [
                    SDK.Call(action: "DescribeRedis", parameters: ["limit": 10, "offset": 0]),
                    SDK.Call(
                        action: "GetRedisBackupList",
                        parameters: [
                            "redisId": "crs-orders01", "limit": 1, "offset": 0, "beginTime": "2001-02-03 04:05:06",
                        ]
                    ),
                    SDK.Call(action: "GetRedisBackupList", parameters: ["redisId": "crs-orders01"]),
                ]
            ).compactMap(\.answer)
            #expect(listed.map { $0["code"]?.integer } == [0, 0, 11201])
            #expect(listed[0]["data"]?["redisSet"]?.elements.count == 2)
            #expect(listed[1]["totalCount"]?.integer == 2)
            let backup = try #require(listed[1]["data"]?["redisBackupSet"]?.elements.first?["backupId"]?.text)
            let answer = try await sdk.answer(
                client,
                "GetBackupDownloadUrl",
                ["redisId": "crs-orders01", "backupId": .text(backup)]
            )
            let bodies = try ["orders-1", "orders-2"].map { name in
                Array(try #require(FileManager.default.contents(atPath: Fixtures.rdb(name))))
            }
            for network in ["intranet", "extranet"] {
                let url = try #require(answer["data"]?[network]?.text)
                #expect(bodies.contains(try await HTTPProbe.send("GET", url).body))
            }
        }
    }
}
