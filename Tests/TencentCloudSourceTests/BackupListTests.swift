import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// `DescribeInstanceBackups`: pages, times, and what a backup becomes.
@Suite
struct BackupListTests {
    @Test func readsPageByPage() async throws {
        let ids = (0..<130).map { "b-\($0)" }
        let cloud = ScriptedCloud([
            "DescribeInstanceBackups": { parameters, _ in .backups(parameters.page(of: ids), total: ids.count) }
        ])
        let listed = try await cloud.source().backups(of: "crs-1", since: nil).all()
        #expect(listed.map(\.id.rawValue) == ids)
        #expect(listed.allSatisfy { $0.instance == "crs-1" })
        let asked = cloud.calls.map(\.parameters)
        #expect(asked.map { $0.number("Offset") } == [0, 100])
        #expect(asked.allSatisfy { $0.text("InstanceId") == "crs-1" })
        #expect(asked.allSatisfy { $0["BeginTime"] == nil && $0["EndTime"] == nil && $0["Status"] == nil })
    }

    @Test func sinceIsAskedForInTheProvidersTime() async throws {
        let cloud = ScriptedCloud("DescribeInstanceBackups", .backups(["b-1"], total: 1))
        let since = ScriptedCloud.now - .seconds(3 * 86_400)
        _ = try await cloud.source().backups(of: "crs-1", since: since).all()
        let asked = cloud.calls.map(\.parameters)
        // 22:13:20 UTC is 06:13:20 in UTC+8, with a day more at both ends.
        #expect(asked.map { $0.text("BeginTime") } == ["2023-11-11 06:13:20"])
        #expect(asked.map { $0.text("EndTime") } == ["2023-11-16 06:13:20"])
    }

    @Test func longSpanIsAskedForInPiecesAndSharedBordersCountOnce() async throws {
        let cloud = ScriptedCloud("DescribeInstanceBackups", .backups(["b-on-the-border"], total: 1))
        let since = ScriptedCloud.now - .seconds(70 * 86_400)
        let listed = try await cloud.source().backups(of: "crs-1", since: since).all()
        #expect(listed.map(\.id) == ["b-on-the-border"])
        let asked = cloud.calls.map(\.parameters)
        #expect(asked.count == 3)
        #expect(asked.dropFirst().map { $0.text("BeginTime") } == asked.dropLast().map { $0.text("EndTime") })
    }

    @Test func mapsTheDocumentedMembers() async throws {
        let cloud = ScriptedCloud(
            "DescribeInstanceBackups",
            .members(
                #"""
                "TotalCount":1,"BackupSet":[{"BackupId":"165706342-5832225-1641692389","BackupType":1,"Status":"2",
                "StartTime":"2023-11-15 06:13:20","EndTime":"2023-11-15 06:14:20","ExpireTime":"2023-11-22 06:13:20",
                "Remark":"before 2.0","Locked":"0","BackupSize":"10240","FileType":"RDB-Redis 6.2","Encrypted":0,
                "InstanceId":"crs-1","FullBackup":null,"Surprise":[{}]}]
                """#
            )
        )
        let listed = try await cloud.source().backups(of: "crs-1", since: nil).all()
        let expected = Backup(
            id: "165706342-5832225-1641692389",
            instance: "crs-1",
            startedAt: ScriptedCloud.now,
            endedAt: ScriptedCloud.now + .seconds(60),
            kind: .automatic,
            state: .available,
            remark: "before 2.0",
            size: ByteCount(10_240),
            expiresAt: ScriptedCloud.now + .seconds(7 * 86_400)
        )
        #expect(listed == [expected])
    }

    @Test(arguments: [
        ("1", Backup.State.busy), ("2", .available), ("3", .exporting), ("4", .available), ("-1", .expired),
        ("-2", .expired), ("9", .unknown), ("null", .unknown),
    ])
    func statusHasItsState(_ status: String, _ state: Backup.State) async throws {
        let listed = try await backups(#""Status":\#(status),"StartTime":"2023-11-15 06:13:20""#)
        #expect(listed.map(\.state) == [state])
    }

    @Test(arguments: [
        ("0", Backup.Kind.manual), ("1", .automatic), ("2", .other), (#""manualBackupInstance""#, .manual),
        (#""systemBackupInstance""#, .automatic), (#""new""#, .other), ("null", .other),
    ])
    func typeHasItsKind(_ type: String, _ kind: Backup.Kind) async throws {
        let listed = try await backups(#""BackupType":\#(type),"StartTime":"2023-11-15 06:13:20""#)
        #expect(listed.map(\.kind) == [kind])
    }

    @Test func timesMayHaveAnotherZoneOrForm() async throws {
        let zone = try await backups(#""StartTime":"2023-11-14 22:13:20""#, ["time_zone": .text("Z")])
        #expect(zone.map(\.startedAt) == [ScriptedCloud.now])
        let form = try await backups(#""StartTime":"2023-11-14T22:13:20Z","ExpireTime":"0000-00-00 00:00:00""#)
        #expect(form.map(\.startedAt) == [ScriptedCloud.now])
        #expect(form.map(\.expiresAt) == [nil])
    }

    @Test func backupWithoutAStartIsAnError() async throws {
        let failure = await #expect(throws: Failure.self) { _ = try await backups(#""StartTime":"yesterday""#) }
        #expect(failure?.code == "tencentcloud.unreadable")
        #expect(failure?.message.contains("yesterday") == false)
    }

    private func backups(
        _ members: String,
        _ options: [String: OptionValues.Value] = [:]
    ) async throws -> [Backup] {
        let answer = #""TotalCount":1,"BackupSet":[{"BackupId":"b-1",\#(members)}]"#
        let cloud = ScriptedCloud("DescribeInstanceBackups", .members(answer))
        return try await cloud.source(options).backups(of: "crs-1", since: nil).all()
    }
}
