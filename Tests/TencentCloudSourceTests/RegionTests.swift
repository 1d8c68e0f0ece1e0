import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// Several regions in one source: who asks about an instance must ask its own.
@Suite
struct RegionTests {
    private static let options: [String: OptionValues.Value] = ["region": .text("ap-guangzhou,ap-shanghai")]

    @Test func instanceIsAskedForInItsOwnRegion() async throws {
        let cloud = ScriptedCloud(
            ["DescribeInstanceBackups": { _, _ in .backups(["b-1"], total: 1) }],
            known: [Instance(id: "crs-1", region: "ap-shanghai")]
        )
        _ = try await cloud.source(Self.options).backups(of: "crs-1", since: nil).all()
        #expect(cloud.calls.map(\.region) == ["ap-shanghai"])
    }

    @Test(arguments: [nil, "ap-beijing"])
    func instanceOfNoKnownRegionIsNotFound(_ region: String?) async throws {
        let cloud = ScriptedCloud([:], known: [Instance(id: "crs-1", region: region)])
        let source = try await cloud.source(Self.options)
        for id in ["crs-1", "crs-2"] as [Instance.ID] {
            let failure = await #expect(throws: Failure.self) { _ = try await source.issueURLs(for: "b", of: id) }
            #expect(failure?.code == "instance.not-found")
            #expect(failure?.failureClass == .notFound)
        }
        #expect(cloud.calls.isEmpty)
    }

    @Test func onlyRegionNeedsNoCatalog() async throws {
        let cloud = ScriptedCloud("DescribeInstanceBackups", .backups(["b-1"], total: 1))
        _ = try await cloud.source().backups(of: "crs-1", since: nil).all()
        #expect(cloud.calls.map(\.region) == ["ap-guangzhou"])
    }
}
