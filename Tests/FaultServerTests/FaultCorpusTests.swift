import Testing
import WherryTestSupport

@Suite(.timeLimit(.minutes(3)))
struct FaultCorpusTests {
    static let object = FaultObject(seed: 3, size: 256 << 10)

    @Test
    func namesAreUnique() {
        #expect(FaultCorpus.all.count >= 56)
        #expect(Set(FaultCorpus.all.map(\.name)).count == FaultCorpus.all.count)
        #expect(FaultCorpus.named("plain")?.expectation == .recovers)
    }

    @Test(arguments: FaultCorpus.all)
    func expectationHoldsForACarefulClient(_ behavior: FaultBehavior) async throws {
        try await FaultServer.with(behavior, object: Self.object) { server in
            var client = CarefulClient(server)
            let isExact = try await client.fetch()
            switch behavior.expectation {
            case .recovers: #expect(isExact)
            case .mustFail: #expect(!isExact)
            case .mayEither: break
            }
        }
    }

    @Test(arguments: FaultCorpus.all, [1, 4, 16])
    func answersManyConnectionsAndLeavesNothing(_ behavior: FaultBehavior, _ connections: Int) async throws {
        let server = try FaultServer(behavior, object: Self.object)
        server.start()
        let part = Int(Self.object.size) / connections
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<connections {
                group.addTask {
                    let range = "Range: bytes=\(index * part)-\((index + 1) * part - 1)"
                    let link = server.issue()
                    _ = try await Wire.get(link, ["Connection: close", range], patience: .milliseconds(150))
                }
            }
            try await group.waitForAll()
        }
        await server.stop()
        #expect(server.records.count == connections)
        #expect(server.records.connections == connections)
        #expect(server.threadCount == 0)
        #expect(server.socketCount == 0)
    }
}
