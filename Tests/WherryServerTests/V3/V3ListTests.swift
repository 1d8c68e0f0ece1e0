import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// What API 3.0 says about instances, backups and URLs, in every way to sign.
@Suite(.timeLimit(.minutes(1)))
struct V3ListTests {
    private func withProvider(_ body: @escaping @Sendable (Provider) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try await body(provider)
            }
        }
    }

    @Test func everySchemeAndVerbIsAnswered() async throws {
        try await withProvider { provider in
            for scheme in [V3Signer.Scheme.tc3, .form(.hmacSHA1), .form(.hmacSHA256)] {
                for verb in [CRSVerb.get, .post] {
                    let caller = V3Caller(provider: provider, scheme: scheme, verb: verb)
                    var wanted = V3DescribeInstances()
                    wanted.instanceIDs = ["crs-sessions", "crs-orders01"]
                    let answer = try await caller.call(wanted)
                    #expect(answer.response.totalCount == 2)
                }
            }
        }
    }

    @Test func instancesAreFilteredOrderedAndPaged() async throws {
        try await withProvider { provider in
            let caller = V3Caller(provider: provider)
            var wanted = V3DescribeInstances(limit: 1)
            wanted.orderBy = .instancename
            wanted.orderType = .ascending
            let first = try await caller.call(wanted).response
            #expect(first.totalCount == 2)
            #expect(first.instances.map(\.instanceID) == ["crs-orders01"])
            wanted.offset = 1
            let second = try #require(try await caller.call(wanted).response.instances.first)
            #expect(second.instanceID == "crs-sessions")
            #expect(second.isCluster == true)
            #expect(second.status == .running)
            wanted = V3DescribeInstances()
            wanted.typeVersion = 3
            #expect(try await caller.call(wanted).response.instances.map(\.instanceID) == ["crs-sessions"])
            wanted.searchKeys = ["nothing of the kind"]
            #expect(try await caller.call(wanted).response.totalCount == 0)
        }
    }

    @Test func backupsComeNewestFirst() async throws {
        try await withProvider { provider in
            let caller = V3Caller(provider: provider)
            let all = try await caller.call(V3DescribeInstanceBackups(instanceID: nil)).response
            #expect(all.totalCount == 4)
            let starts = all.backups.map(\.startTime)
            #expect(starts == starts.sorted(by: >))
            #expect(all.backups.allSatisfy { $0.origin == .manual && $0.status == .normal && $0.backupSize ?? 0 > 0 })
            let page = try await caller.call(V3DescribeInstanceBackups(instanceID: "crs-orders01", limit: 2, offset: 2))
            #expect(page.response.totalCount == 3)
            #expect(page.response.backups.count == 1)
            let newest = try #require(starts.first)
            let bounded = V3DescribeInstanceBackups(instanceID: nil, beginTime: newest, endTime: newest)
            #expect(try await caller.call(bounded).response.backups.allSatisfy { $0.startTime == newest })
            var expired = V3DescribeInstanceBackups(instanceID: nil)
            expired.status = [.expired]
            #expect(try await caller.call(expired).response.totalCount == 0)
        }
    }

    @Test func everyShardHasItsURLsInBothForms() async throws {
        try await withProvider { provider in
            let caller = V3Caller(provider: provider)
            let listed = try await caller.call(V3DescribeInstanceBackups(instanceID: "crs-sessions")).response
            let backup = try #require(listed.backups.first)
            let reply = try await caller.send(
                caller.message(
                    "DescribeBackupUrl",
                    ["InstanceId": .text("crs-sessions"), "BackupId": .text(backup.backupID)]
                )
            )
            let files = try V3Answer<V3DescribeBackupURLResponse>(decoding: reply.body).response.files
            #expect(files.map(\.fileName) == ["shard-0.rdb", "shard-1.rdb", "shard-2.rdb"])
            let text = String(decoding: reply.body, as: UTF8.self)
            for name in [#""BackupInfos":["#, #""DownloadUrl":["#, #""InnerDownloadUrl":["#, #""Filenames":["#] {
                #expect(text.contains(name))
            }
            for (shard, file) in files.enumerated() {
                let bytes = try #require(FileManager.default.contents(atPath: Fixtures.rdb("sessions-shard-\(shard)")))
                #expect(file.fileSize == bytes.count)
                for url in [file.downloadURL, file.innerDownloadURL] {
                    #expect(try await HTTPProbe.send("GET", url).body == Array(bytes))
                }
            }
            let rows = try provider.catalog.rows("SELECT DISTINCT asked_by FROM issued_url")
            #expect(rows == [[.text("api:\(Provider.secretID)")]])
            let detail = try await caller.call(
                V3DescribeBackupDetail(instanceID: "crs-sessions", backupID: backup.backupID)
            )
            #expect(detail.response.shardNum == 3)
            #expect(detail.response.backup.startTime == backup.startTime)
        }
    }
}
