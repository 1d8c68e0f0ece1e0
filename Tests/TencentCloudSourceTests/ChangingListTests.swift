import Synchronization
import Testing
import WherryCore

@testable import TencentCloudSource

/// Lists that change while they are read, and servers that page in their own way.
@Suite
struct ChangingListTests {
    @Test func whatMovesBackwardIsNotListedTwice() async throws {
        let ids = (0..<150).map { "crs-\($0)" }
        // One is added in front before the second page is read.
        let cloud = ScriptedCloud([
            "DescribeInstances": { parameters, call in
                let list = call == 0 ? ids : ["crs-new"] + ids
                return .instances(parameters.page(of: list), total: list.count)
            }
        ])
        let listed = try await cloud.source().instances().all().map(\.id.rawValue)
        #expect(Set(listed).count == listed.count)
        #expect(Set(listed) == Set(["crs-new"] + ids), "what was added in front is found in the second reading")
    }

    @Test func whatMovesForwardIsNotMissed() async throws {
        let ids = (0..<250).map { "crs-\($0)" }
        // One is deleted in front before the second page is read: crs-100 moves over the border.
        let cloud = ScriptedCloud([
            "DescribeInstances": { parameters, call in
                let list = call == 0 ? ids : Array(ids.dropFirst())
                return .instances(parameters.page(of: list), total: call == 0 ? 250 : 250)
            }
        ])
        let listed = try await cloud.source().instances().all().map(\.id.rawValue)
        #expect(listed.contains("crs-100"))
        #expect(listed.count == 250)
        #expect(cloud.calls.count == 6, "read once more, and not for ever")
    }

    @Test func smallerPagesThanAskedForAreFollowed() async throws {
        let ids = (0..<70).map { "crs-\($0)" }
        let cloud = ScriptedCloud([
            "DescribeInstances": { parameters, _ in
                let start = parameters.number("Offset") ?? 0
                return .instances(ids.dropFirst(start).prefix(min(30, parameters.number("Limit") ?? 0)), total: 70)
            }
        ])
        #expect(try await cloud.source().instances().all().map(\.id.rawValue) == ids)
        #expect(cloud.calls.map { $0.parameters.number("Offset") } == [0, 30, 60])
        #expect(cloud.calls.map { $0.parameters.number("Limit") } == [100, 30, 30])
    }

    @Test func withoutATotalAnEmptyPageEndsTheList() async throws {
        let ids = (0..<30).map { "crs-\($0)" }
        let cloud = ScriptedCloud([
            "DescribeInstances": { parameters, _ in .instances(parameters.page(of: ids), total: nil) }
        ])
        #expect(try await cloud.source().instances().all().count == 30)
        #expect(cloud.calls.map { $0.parameters.number("Offset") } == [0, 30])
    }

    @Test func serverThatForgetsOffsetsDoesNotHoldUsForEver() async throws {
        let ids = (0..<100).map { "crs-\($0)" }
        let cloud = ScriptedCloud("DescribeInstances", .instances(ids, total: 1_000_000))
        #expect(try await cloud.source().instances().all().count == 100)
        #expect(cloud.calls.count == 4)
    }

    @Test func errorOnALaterPageEndsTheStreamWithIt() async throws {
        let ids = (0..<100).map { "crs-\($0)" }
        let cloud = ScriptedCloud([
            "DescribeInstances": { _, call in call == 0 ? .instances(ids, total: 200) : .error("InternalError") }
        ])
        let seen = Mutex(0)
        let failure = await #expect(throws: Failure.self) {
            for try await _ in try await cloud.source().instances() { seen.withLock { $0 += 1 } }
        }
        #expect(failure?.failureClass == .transient)
        #expect(seen.withLock { $0 } == 100)
    }
}
