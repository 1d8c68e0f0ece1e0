import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// `DescribeInstances`: pages, several regions, and what an instance becomes.
@Suite
struct InstanceListTests {
    @Test func readsPageByPageInStepsOfThePageSize() async throws {
        let ids = (0..<250).map { "crs-\($0)" }
        let cloud = ScriptedCloud([
            "DescribeInstances": { parameters, _ in .instances(parameters.page(of: ids), total: ids.count) }
        ])
        let listed = try await cloud.source().instances().all()
        #expect(listed.map(\.id.rawValue) == ids)
        let asked = cloud.calls.map(\.parameters)
        #expect(asked.map { $0.number("Offset") } == [0, 100, 200])
        #expect(asked.map { $0.number("Limit") } == [100, 100, 100])
        #expect(asked[0].text("OrderBy") == "createtime")
        #expect(cloud.apiCalls.map(\.code) == ["0", "0", "0"])
    }

    @Test func fetchesNothingBeforeItIsAskedFor() async throws {
        let cloud = ScriptedCloud("DescribeInstances", .instances((0..<100).map { "crs-\($0)" }, total: 1_000))
        var iterator = try await cloud.source().instances().makeAsyncIterator()
        #expect(cloud.calls.isEmpty)
        _ = try await iterator.next()
        #expect(cloud.calls.count == 1)
    }

    @Test func emptyAccountIsAnEmptyList() async throws {
        let cloud = ScriptedCloud("DescribeInstances", .members(#""TotalCount":0,"InstanceSet":null"#))
        #expect(try await cloud.source().instances().all().isEmpty)
        #expect(cloud.calls.count == 1)
    }

    @Test func asksEachRegionAndKeepsWhereAnInstanceIs() async throws {
        let regions = ["ap-guangzhou", "ap-shanghai"]
        let cloud = ScriptedCloud([
            "DescribeInstances": { _, call in .instances(["crs-of-\(call)"], total: 1) }
        ])
        let source = try await cloud.source(["region": .text("ap-guangzhou, ap-shanghai")])
        let listed = try await source.instances().all()
        #expect(listed.map(\.region) == regions)
        #expect(cloud.calls.map(\.region) == regions)
    }

    @Test func mapsTheDocumentedMembers() async throws {
        let cloud = ScriptedCloud(
            "DescribeInstances",
            .members(
                #"""
                "TotalCount":"1","InstanceSet":[{"InstanceId":"crs-5a4py64p","InstanceName":"shop","Status":"2",
                "Region":"elsewhere","Createtime":"2023-11-15 06:13:20","Size":"1024.5","Type":"16",
                "ProductType":"cluster","Engine":"Redis","CurrentRedisVersion":"6.2.6","Surprise":{"a":[1]}}]
                """#
            )
        )
        let listed = try await cloud.source().instances().all()
        let expected = Instance(
            id: "crs-5a4py64p",
            name: "shop",
            topology: .cluster,
            state: .running,
            engine: "Redis 6.2.6",
            region: "ap-guangzhou",
            memory: ByteCount(1_074_266_112),
            createdAt: ScriptedCloud.now
        )
        #expect(listed == [expected])
    }

    @Test(arguments: [
        (0, Instance.State.initializing), (1, .busy), (2, .running), (-2, .isolated), (-3, .isolated), (77, .unknown),
    ])
    func statusHasItsState(_ status: Int, _ state: Instance.State) async throws {
        let members = #""TotalCount":1,"InstanceSet":[{"InstanceId":"crs-1","Status":\#(status)}]"#
        let listed = try await ScriptedCloud("DescribeInstances", .members(members)).source().instances().all()
        #expect(listed.map(\.state) == [state])
    }

    @Test(
        arguments: [
            (#""Type":2"#, Instance.Topology.standalone, "Redis 2.8"), (#""Type":4"#, .cluster, "CKV"),
            (#""Type":8"#, .standalone, "Redis 5.0"), (#""Type":18"#, .cluster, "Redis 7.0"),
            (#""Type":20,"Engine":"Redis""#, .cluster, "Valkey 8.0"), (#""Type":99,"Engine":"New""#, .unknown, "New"),
            (#""Type":99"#, .unknown, nil), (#""CurrentRedisVersion":"redis-9.1""#, .unknown, "redis-9.1"),
            (#""Type":9,"ProductType":"standalone""#, .standalone, "Redis 5.0"),
        ] as [(String, Instance.Topology, String?)]
    )
    func typeHasItsTopologyAndEngine(_ members: String, _ topology: Instance.Topology, _ engine: String?) async throws {
        let answer = #""TotalCount":1,"InstanceSet":[{"InstanceId":"crs-1",\#(members)}]"#
        let listed = try await ScriptedCloud("DescribeInstances", .members(answer)).source().instances().all()
        #expect(listed.map(\.topology) == [topology])
        #expect(listed.map(\.engine) == [engine])
    }

    @Test(arguments: ["-1", "0", "1e300", #""""#])
    func impossibleSizeIsNotSaid(_ size: String) async throws {
        let answer = #""TotalCount":1,"InstanceSet":[{"InstanceId":"crs-1","Size":\#(size)}]"#
        let listed = try await ScriptedCloud("DescribeInstances", .members(answer)).source().instances().all()
        #expect(listed.map(\.memory) == [nil])
    }
}
