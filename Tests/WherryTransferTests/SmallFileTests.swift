import Foundation
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryTransfer

/// Files that come in one small body, without tasks and timers of their own.
@Suite(.timeLimit(.minutes(1)))
struct SmallFileTests {
    private let object = FaultObject(bytes: FaultFetch.dump(size: 100_000))

    private var settings: TransferSettings {
        var settings = TransferSettings()
        settings.stallTimeout = .seconds(2)
        settings.minimumRate = 10_000
        return settings
    }

    /// Fetches; gives the bytes and the server's records.
    private func fetch(
        from behavior: FaultBehavior,
        size: Int64?
    ) async throws -> (bytes: [UInt8]?, requests: [FaultRecord]) {
        try await Scratch.with { scratch in
            let path = scratch.file("dump.rdb")
            let records = try await FaultServer.with(behavior, object: object) { server in
                _ = try await FaultFetch.fetch(from: server, to: path, size: size, settings: settings)
                return server.records
            }
            #expect(scratch.files(below: ".") == ["dump.rdb"])
            return (FileManager.default.contents(atPath: path).map { Array($0) }, records)
        }
    }

    @Test(arguments: [false, true])
    func oneRequestDoes(knowingTheSize: Bool) async throws {
        let (bytes, requests) = try await fetch(from: FaultCorpus.plain, size: knowingTheSize ? object.size : nil)
        #expect(bytes == object.bytes(in: 0..<object.size))
        #expect(requests.count == 1)
    }

    /// Nobody but the watch sees that the body does not go on.
    @Test(
        arguments: ["stall-before-head-once", "stall-after-head-once", "stall-middle-once", "stall-last-byte-once"]
    )
    func oneThatStallsIsGivenUp(_ name: String) async throws {
        let behavior = try #require(FaultCorpus.named(name))
        let (bytes, requests) = try await fetch(from: behavior, size: object.size)
        #expect(bytes == object.bytes(in: 0..<object.size))
        // More on a machine that is so busy that good answers seem to stall, too.
        #expect(requests.count >= 2)
    }

    @Test func oneThatCrawlsIsGivenUp() async throws {
        let crawling = FaultBehavior("crawls-once", "The first answer brings 100 bytes a second.", .recovers) {
            $0.strikes() ? $0.honest().doingFirst(.rate(100)) : $0.honest()
        }
        let (bytes, requests) = try await fetch(from: crawling, size: object.size)
        #expect(bytes == object.bytes(in: 0..<object.size))
        #expect(requests.count >= 2)
    }

    /// Cancelled while it waits for the head, or for the body: it ends at once and leaves nothing.
    @Test(arguments: ["stall-before-head-always", "drip-always"])
    func oneThatIsCancelledEndsAtOnce(_ name: String) async throws {
        let behavior = try #require(FaultCorpus.named(name))
        var patient = settings
        patient.stallTimeout = .seconds(60)
        try await Scratch.with { [patient] scratch in
            try await FaultServer.with(behavior, object: object) { server in
                await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        _ = try await FaultFetch.fetch(
                            from: server,
                            to: scratch.file("dump.rdb"),
                            size: object.size,
                            settings: patient
                        )
                    }
                    while server.records.isEmpty { await Task.yield() }
                    try? await Task.sleep(for: .milliseconds(200))
                    let began = ContinuousClock.now
                    group.cancelAll()
                    await #expect(throws: CancellationError.self) { try await group.waitForAll() }
                    // Nothing else would end it for a minute.
                    #expect(ContinuousClock.now - began < .seconds(20))
                }
            }
            #expect(scratch.files(below: ".") == [])
        }
    }

    /// What a full disk does not take is told as such, and another file's failure is its own.
    @Test func oneThatTheDiskDoesNotTakeFails() async throws {
        let full = Disk(fault: { step, _ in step == .write ? ENOSPC : nil })
        try await Scratch.with { scratch in
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let failure = await #expect(throws: Failure.self) {
                    _ = try await FaultFetch.fetch(
                        from: server,
                        to: scratch.file("dump.rdb"),
                        size: nil,
                        settings: settings,
                        disk: full
                    )
                }
                #expect(failure?.code == "disk.full")
            }
            #expect(scratch.files(below: ".") == [])
        }
    }
}
