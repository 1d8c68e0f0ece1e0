import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// `DescribeBackupUrl`: files, addresses byte for byte, and how long they work.
@Suite
struct IssueURLTests {
    /// The older form: all of it is the value of one parameter, and holds what URL types like to rewrite.
    private static let outer =
        "https://b-1251937656.cos.ap-chengdu.myqcloud.com/1/redis/9/data/2019-03-07/-9.rdb?sign=q-sign-algorithm%3Dsha1"
        + "%26q-ak%3DAKIDx%26q-sign-time%3D1699999940%3B1700021600%26q-signature%3Dab+/c%3d=="
    private static let inner = "http://10.66.183.31:5500/download/dump.rdb?NuRTyoDugir/5bQ3o46l+x/y+z=="

    @Test func addressesAreKeptByteForByte() async throws {
        let files = try await issued(#""BackupInfos":[\#(Self.info("a.rdb", 7, Self.outer, Self.inner))]"#)
        #expect(files.map(\.extranet?.text) == [Self.outer])
        #expect(files.map(\.intranet?.text) == [Self.inner])
        #expect(files.map(\.file) == [BackupFile(position: 0, name: "a.rdb", size: ByteCount(7))])
    }

    @Test func shardsHavePositionsByTheirNamesWhateverTheOrder() async throws {
        let numbers = [10, 2, 1, 9]
        let infos = numbers.map {
            Self.info("9-4-redis-server-4.0.8-1-ignore-\($0)-ignore.rdb", 1, "http://o/\($0)?a", "")
        }
        let files = try await issued(#""BackupInfos":[\#(infos.joined(separator: ","))]"#)
        #expect(files.map(\.file.position) == [0, 1, 2, 3])
        #expect(files.map(\.extranet?.text) == ["http://o/1?a", "http://o/2?a", "http://o/9?a", "http://o/10?a"])
        #expect(files.allSatisfy { $0.intranet == nil })
    }

    @Test func olderParallelArraysAreRead() async throws {
        let files = try await issued(
            #""DownloadUrl":["http://o/2","http://o/1"],"InnerDownloadUrl":["http://i/2"],"Filenames":null"#
        )
        #expect(files.map(\.extranet?.text) == ["http://o/2", "http://o/1"], "without names the order stays")
        #expect(files.map(\.intranet?.text) == ["http://i/2", nil])
        #expect(files.map(\.file.name) == ["dump-0.rdb", "dump-1.rdb"])
        #expect(files.map(\.file.size) == [nil, nil])
    }

    @Test func newShapeComesBeforeTheOldOne() async throws {
        let info = Self.info("", 0, "http://o/new", "http://i/new")
        let files = try await issued(#""DownloadUrl":["http://o/old"],"BackupInfos":[\#(info)]"#)
        #expect(files.map(\.extranet?.text) == ["http://o/new"])
        #expect(files.map(\.file) == [BackupFile(position: 0, name: "dump.rdb", size: nil)], "0 means unknown")
    }

    @Test func expiryIsReadFromTheURLOrCounted() async throws {
        let told = try await issued(#""BackupInfos":[\#(Self.info("a", 1, Self.outer, ""))]"#)
        #expect(told.map(\.expiresAt) == [Timestamp(seconds: 1_700_021_600)])
        let counted = try await issued(#""BackupInfos":[\#(Self.info("a", 1, "", Self.inner))]"#)
        #expect(counted.map(\.expiresAt) == [ScriptedCloud.now + .seconds(6 * 3_600)])
        let configured = try await issued(
            #""BackupInfos":[\#(Self.info("a", 1, "", Self.inner))]"#,
            ["url_life": .duration(.seconds(60))]
        )
        #expect(configured.map(\.expiresAt) == [ScriptedCloud.now + .seconds(60)])
        let both = try await issued(
            #""BackupInfos":[\#(Self.info("a", 1, Self.outer, Self.inner))]"#,
            ["url_life": .duration(.seconds(60))]
        )
        #expect(both.map(\.expiresAt) == [ScriptedCloud.now + .seconds(60)], "the earlier one of both")
    }

    @Test(arguments: [
        #""BackupInfos":[]"#, #""BackupInfos":[{"FileName":"a"}]"#, #""BackupInfos":{}"#, "",
        #""BackupInfos":[{"FileName":"a","DownloadUrl":"https://secret.example/?x","FileSize":"many"}]"#,
    ])
    func answerWithoutAddressesIsUnreadable(_ members: String) async throws {
        let failure = await #expect(throws: Failure.self) { _ = try await issued(members) }
        #expect(failure?.code == "tencentcloud.unreadable")
        #expect(failure?.message.contains("secret.example") == false)
    }

    @Test(
        arguments: [
            (["limit": .text("account")], V3DownloadLimit()),
            (["limit": .text("none")], V3DownloadLimit(type: .noLimit)),
            (["limit": .text("intranet")], V3DownloadLimit(type: .intranetOnly)),
            (
                [
                    "limit": .text("custom"), "limit_vpcs": .text("vpc-1, ap-shanghai/vpc-2 ap-guangzhou/vpc-3"),
                    "limit_ips": .text("203.0.113.0/24,2001:db8::1"), "limit_ips_are": .text("denied"),
                ],
                V3DownloadLimit(
                    type: .customized,
                    vpcComparison: .listed,
                    ipComparison: .notListed,
                    networks: [
                        .init(region: "ap-guangzhou", vpcIDs: ["vpc-1", "vpc-3"]),
                        .init(region: "ap-shanghai", vpcIDs: ["vpc-2"]),
                    ],
                    addresses: ["203.0.113.0/24", "2001:db8::1"]
                )
            ),
        ] as [([String: OptionValues.Value], V3DownloadLimit)]
    )
    func limitIsSent(_ options: [String: OptionValues.Value], _ limit: V3DownloadLimit) async throws {
        let info = Self.info("a", 1, Self.outer, "")
        let cloud = ScriptedCloud("DescribeBackupUrl", .members(#""BackupInfos":[\#(info)]"#))
        _ = try await cloud.source(options).issueURLs(for: "b-1", of: "crs-1")
        let asked = try #require(cloud.calls.first)
        let expected = V3DescribeBackupURL(instanceID: "crs-1", backupID: "b-1", limit: limit)
        #expect(try V3DescribeBackupURL(parameters: asked.parameters) == expected)
    }

    private func issued(_ members: String, _ options: [String: OptionValues.Value] = [:]) async throws -> [IssuedFile] {
        try await ScriptedCloud("DescribeBackupUrl", .members(members)).source(options)
            .issueURLs(for: "b-1", of: "crs-1")
    }

    private static func info(_ name: String, _ size: Int, _ outer: String, _ inner: String) -> String {
        #"{"FileName":"\#(name)","FileSize":\#(size),"DownloadUrl":"\#(outer)","InnerDownloadUrl":"\#(inner)","#
            + #""FileType":"RDB"}"#
    }
}
