import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import TencentCloudSource

/// The options: what is said of them, and what is refused.
@Suite
struct OptionTests {
    @Test func descriptionIsWhole() {
        let options = TencentCloudSourcePlugin.options
        #expect(TencentCloudSourcePlugin.descriptor.id == "tencentcloud")
        #expect(Set(options.map(\.name)).count == options.count)
        #expect(options.filter { $0.kind == .secret }.map(\.name) == ["secret_id", "secret_key", "token"])
        #expect(options.filter(\.isRequired).map(\.name) == ["region", "secret_id", "secret_key"])
    }

    @Test func defaultsAreThoseThatAreStated() throws {
        let stated = Dictionary(
            uniqueKeysWithValues: TencentCloudSourcePlugin.options.map { ($0.name, $0.defaultValue) }
        )
        let options = try TencentCloudOptions(OptionValues(Self.minimal))
        #expect(options.endpoint == stated["endpoint"])
        #expect(options.endpoint == "https://redis.tencentcloudapi.com")
        #expect(options.language == stated["language"])
        #expect(options.urlLife == .seconds(6 * 3_600) && stated["url_life"] == "6h")
        #expect(CRSTimeFormat(offset: stated["time_zone"]??.description ?? "") == options.times)
        #expect(options.limit == V3DownloadLimit() && stated["limit"] == "account")
    }

    @Test func sourceIsMade() async throws {
        let context = PluginContext.forTests(Scratch.none)
        let source = try await TencentCloudSourcePlugin.makeSource(OptionValues(Self.minimal), context: context)
        #expect(source.hosting == nil)
    }

    @Test(
        arguments: [
            (["region": .text("")], "config.region"), (["region": .text("ap-guangzhou,ap-guangzhou")], "config.region"),
            (["region": .text("ap-guangzhou\nX-TC-Token: x")], "config.region"),
            (["region": .text("AP-Guangzhou")], "config.region"), (["time_zone": .text("Beijing")], "config.time-zone"),
            (["secret_key": .secret(Secret("key with blank"))], "config.secret-text"),
            (["secret_id": .secret(Secret("id\n"))], "config.secret-text"),
            (["token": .secret(Secret(""))], "config.secret-text"),
            (["limit": .text("custom")], "config.download-limit"),
            (["limit_ips": .text("203.0.113.7")], "config.download-limit"),
            (["limit": .text("intranet"), "limit_vpcs": .text("vpc-1")], "config.download-limit"),
            (["limit": .text("custom"), "limit_ips": .text("example.com")], "config.download-limit"),
            (["limit": .text("custom"), "limit_ips": .text("7")], "config.download-limit"),
            (["limit": .text("custom"), "limit_vpcs": .text("a/b/c")], "config.download-limit"),
            (["limit": .text("custom"), "limit_vpcs": .text("/vpc-1")], "config.download-limit"),
            (
                ["limit": .text("custom"), "limit_vpcs": .text("vpc-1"), "region": .text("ap-a,ap-b")],
                "config.download-limit"
            ),
        ] as [([String: OptionValues.Value], String)]
    )
    func mistakeHasItsCode(_ changes: [String: OptionValues.Value], _ code: String) {
        let options = OptionValues(Self.minimal.merging(changes) { _, new in new })
        let failure = #expect(throws: Failure.self) { _ = try TencentCloudOptions(options) }
        #expect(failure?.code == code)
        #expect(failure?.failureClass == .configuration)
        #expect(failure?.message.contains("key with blank") == false)
        #expect(failure?.remedy?.isEmpty == false)
    }

    @Test(arguments: ["region", "secret_id", "secret_key"])
    func missingOptionIsToldByName(_ name: String) {
        var options = Self.minimal
        options[name] = nil
        let failure = #expect(throws: Failure.self) { _ = try TencentCloudOptions(OptionValues(options)) }
        #expect(failure?.message.contains(name) == true)
    }

    private static let minimal: [String: OptionValues.Value] = [
        "region": .text("ap-guangzhou"), "secret_id": .secret(Secret("id")), "secret_key": .secret(Secret("key")),
    ]
}
