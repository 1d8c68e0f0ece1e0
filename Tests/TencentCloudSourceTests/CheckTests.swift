import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// What `wherry check` says of a source.
@Suite
struct CheckTests {
    @Test func goodKeyIsToldWithItsRegion() async throws {
        let cloud = ScriptedCloud("DescribeInstances", .instances(["crs-1"], total: 3))
        let findings = try await cloud.source().check()
        #expect(findings.map(\.level) == [.ok])
        #expect(findings[0].message.contains("3 instances in ap-guangzhou"))
        #expect(cloud.calls.map { $0.parameters.number("Limit") } == [1])
    }

    @Test func emptyRegionIsAWarning() async throws {
        let findings = try await ScriptedCloud("DescribeInstances", .instances([], total: 0)).source().check()
        #expect(findings.map(\.level) == [.warning])
    }

    @Test(arguments: [
        ("Tue, 14 Nov 2023 22:13:20 GMT", Finding.Level.ok, "agrees"),
        ("Tue, 14 Nov 2023 22:14:00 GMT", .ok, "agrees"),
        ("Tue, 14 Nov 2023 22:15:20 GMT", .warning, "120 s behind"),
        ("Tue, 14 Nov 2023 22:11:20 GMT", .warning, "120 s ahead"),
    ])
    func clocksAreCompared(_ date: String, _ level: Finding.Level, _ words: String) async throws {
        let cloud = ScriptedCloud(["DescribeInstances": { _, _ in .instances(["crs-1"], total: 1) }], date: date)
        let finding = try #require(try await cloud.source().check().last)
        #expect(finding.level == level)
        #expect(finding.message.contains(words))
    }

    @Test func clockThatIsFarOffIsAFailureThatSaysByHowMuch() async throws {
        let late = ScriptedCloud.now + .seconds(400)
        let cloud = ScriptedCloud([:], now: late, date: "Tue, 14 Nov 2023 22:20:00 GMT")
        let failure = await #expect(throws: Failure.self) { _ = try await cloud.source().check() }
        #expect(failure?.code == "tencentcloud.clock")
        #expect(failure?.failureClass == .authentication)
        #expect(failure?.message.contains("ours is 400 s behind") == true)
    }

    @Test func oneBadRegionIsAFindingAllBadOnesAFailure() async throws {
        let cloud = ScriptedCloud([
            "DescribeInstances": { _, call in call == 0 ? .error("UnsupportedRegion") : .instances(["crs-1"], total: 1)
            }
        ])
        let findings = try await cloud.source(["region": .text("ap-nowhere, ap-shanghai")]).check()
        #expect(findings.map(\.level) == [.error, .ok])
        #expect(findings[0].message.contains("ap-nowhere"))
        let none = ScriptedCloud("DescribeInstances", .error("UnsupportedRegion"))
        let failure = await #expect(throws: Failure.self) { _ = try await none.source().check() }
        #expect(failure?.code == "tencentcloud.region")
        #expect(failure?.failureClass == .configuration)
    }

    @Test(arguments: [
        ("https://redis.ap-shanghai.tencentcloudapi.com", 1), ("https://redis.ap-guangzhou.tencentcloudapi.com", 0),
        ("https://redis.intl.tencentcloudapi.com", 0), ("https://redis.tencentcloudapi.com/", 0),
        ("http://127.0.0.1:18081", 0), ("http://localhost:8378", 0), ("http://api.example.com:8378", 1),
    ])
    func endpointsThatCannotBeMeantAreWarnedOf(_ endpoint: String, _ warnings: Int) async throws {
        let mark = try #require(endpoint.firstRange(of: "://"))
        let host = endpoint[mark.upperBound...].filter { $0 != "/" }
        let cloud = ScriptedCloud(["DescribeInstances": { _, _ in .instances(["crs-1"], total: 1) }], host: host)
        let findings = try await cloud.source(["endpoint": .text(endpoint)]).check()
        #expect(findings.filter { $0.level == .warning }.count == warnings)
        #expect(findings.last?.level == .ok, "the request was signed for this host and came there")
    }
}
