import QCloudAPI
import Testing
import WherryCore

@testable import WherryServer

/// Instances in the words of API 3.0, and which of them a call asks for.
@Suite struct V3InventoryTests {
    struct Engine: Sendable, CustomTestStringConvertible {
        let engine: String?
        let topology: Instance.Topology
        let type: Int?
        var testDescription: String { "\(engine ?? "none") \(topology)" }
    }

    @Test(arguments: [
        Engine(engine: "redis 2.8.24", topology: .standalone, type: 2),
        Engine(engine: "redis 4.0.14", topology: .cluster, type: 7),
        Engine(engine: "redis 5.0.14", topology: .standalone, type: 8),
        Engine(engine: "redis 6.2.6", topology: .cluster, type: 16),
        Engine(engine: "redis 7.0.15", topology: .unknown, type: 17),
        Engine(engine: "valkey 8.0.1", topology: .cluster, type: 20),
        Engine(engine: "valkey 9.0.0", topology: .standalone, type: nil),
        Engine(engine: "redis", topology: .standalone, type: nil), Engine(engine: nil, topology: .cluster, type: nil),
    ])
    func typeFollowsEngineAndLayout(item: Engine) {
        let instance = Instance(id: "crs-1", topology: item.topology, engine: item.engine)
        #expect(V3Inventory.type(of: instance) == item.type)
        let isCluster = item.topology == .cluster
        #expect(V3Inventory.wire(instance).isCluster == isCluster)
    }

    @Test func filtersLookAtEveryParameter() {
        let instance = V3Inventory.wire(
            Instance(id: "crs-1", name: "shop", topology: .cluster, state: .running, engine: "redis 5.0.14")
        )
        /// Whether the filter lets the instance through after each change, in order.
        func admitted(_ changes: [(inout V3DescribeInstances) -> Void]) -> [Bool] {
            changes.map { change in
                var wanted = V3DescribeInstances()
                change(&wanted)
                return V3InstanceFilter(wanted).admits(instance)
            }
        }
        let fitting = admitted([
            { _ in }, { $0.instanceID = "crs-1" }, { $0.instanceIDs = ["a", "crs-1"] }, { $0.instanceName = "shop" },
            { $0.searchKey = "ho" }, { $0.searchKeys = ["x", "crs-1"] }, { $0.status = [.running] }, { $0.type = 9 },
            { $0.typeVersion = 3 }, { $0.engineName = "Redis-5.0" }, { $0.billingMode = .postpaid },
            { $0.autoRenew = [0] }, { $0.projectIDs = [0] }, { $0.vpcIDs = ["0"] }, { $0.zoneMode = .singleaz },
        ])
        #expect(fitting == fitting.map { _ in true })
        let other = admitted([
            { $0.instanceID = "crs-2" }, { $0.instanceIDs = ["a"] }, { $0.instanceName = "sho" },
            { $0.searchKey = "x" }, { $0.searchKeys = ["crs"] }, { $0.status = [.isolated] }, { $0.type = 8 },
            { $0.typeVersion = 2 }, { $0.engineName = "Redis-5.01" }, { $0.billingMode = .prepaid },
            { $0.autoRenew = [1] }, { $0.projectIDs = [1] }, { $0.uniqVpcIDs = ["vpc-1"] },
            { $0.instanceTags = [V3Tag(key: "a", value: "b")] }, { $0.tagKeys = ["a"] }, { $0.zoneMode = .multiaz },
        ])
        #expect(other == other.map { _ in false })
    }
}
