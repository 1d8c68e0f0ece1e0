import Crypto
import Foundation
import Synchronization
import SystemPackage
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import WherryTransfer

/// One download for several sinks, against a real server that counts what it sends.
@Suite(.timeLimit(.minutes(5)))
struct FanOutTests {
    /// What a sink was given.
    private final class Received: Sendable {
        private let state = Mutex<[UInt8]>([])
        var bytes: [UInt8] { state.withLock { $0 } }
        func take(_ piece: [UInt8]) { state.withLock { $0 += piece } }
    }

    /// Holds a sink until it is opened.
    private final class Door: Sendable {
        private let state = Mutex(false)
        var isOpen: Bool { state.withLock { $0 } }
        func open() { state.withLock { $0 = true } }
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)
        func add(_ number: Int) -> Int {
            state.withLock { state in
                state += number
                return state
            }
        }
    }

    private static func object(_ size: Int) -> FaultObject { FaultObject(bytes: FaultFetch.dump(size: size)) }

    /// Runs `body` with a fan-out for these sinks over one server's file.
    private func share<Value: Sendable>(
        _ sinks: [SinkName],
        _ object: FaultObject,
        patience: Double = 5,
        behavior: FaultBehavior = FaultCorpus.plain,
        limits: FaultSettings = FaultSettings(),
        disk: Disk = Disk(),
        scanMemory: Int = TransferSettings().scanMemory,
        _ body:
            @escaping @Sendable (FaultServer, Scratch, ResolvedFile, @escaping @Sendable (SinkName) -> any Transfer)
            async throws -> Value
    ) async throws -> Value {
        try await Scratch.with { scratch in
            try await FaultServer.with(behavior, object: object, settings: limits) { server in
                let file = FaultFetch.file(size: object.size, sha256: nil, lease: FaultLease(server))
                var settings = FaultFetch.settings(connections: 1)
                settings.scanMemory = scanMemory
                return try await FaultFetch.with(settings, disk: disk) { fetcher in
                    try await FanOut.with(sinks: sinks, patience: patience, fetcher: { _ in fetcher }) { fanOut in
                        try await body(server, scratch, file) { fanOut.transfer(for: $0, own: fetcher) }
                    }
                }
            }
        }
    }

    @Test func theSourceServesEachByteOnce() async throws {
        let object = Self.object(6 << 20)
        let (quick, slow) = (Received(), Received())
        try await share(["disk", "other-disk", "quick", "slow"], object) { server, scratch, file, transfer in
            async let disk = transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            async let other = transfer("other-disk").fetch(file, to: FilePath(scratch.file("b.rdb")))
            async let first = transfer("quick").stream(file) { quick.take($0) }
            async let second = transfer("slow").stream(file) { piece in
                try await Task.sleep(for: .milliseconds(50))
                slow.take(piece)
            }
            let all = try await [disk, other, first, second]
            #expect(Set(all).count == 1)
            #expect(all.first?.grade == .checksum)
            #expect(server.records.objectBytes == object.size)
            let whole = object.bytes(in: 0..<object.size)
            for name in ["a.rdb", "b.rdb"] {
                let isEqual = FileManager.default.contents(atPath: scratch.file(name)) == Data(whole)
                #expect(isEqual, "\(name)")
            }
            #expect(scratch.files(below: ".") == ["a.rdb", "b.rdb"])
        }
        let isEqual = quick.bytes == object.bytes(in: 0..<object.size) && slow.bytes == quick.bytes
        #expect(isEqual)
    }

    @Test func withoutADiskToo() async throws {
        let object = Self.object(9 << 20)
        let received = [Received(), Received(), Received()]
        try await share(["a", "b", "c"], object) { server, _, file, transfer in
            async let first = transfer("a").stream(file) { received[0].take($0) }
            async let second = transfer("b").stream(file) { piece in
                try await Task.sleep(for: .milliseconds(20))
                received[1].take(piece)
            }
            async let third = transfer("c").stream(file) { received[2].take($0) }
            let all = try await [first, second, third]
            #expect(Set(all).count == 1)
            #expect(server.records.objectBytes == object.size)
        }
        let whole = object.bytes(in: 0..<object.size)
        for one in received {
            let isEqual = one.bytes == whole
            #expect(isEqual)
        }
    }

    @Test(arguments: [true, false])
    func oneThatFailsDoesNotDisturbTheOthers(hasDisk: Bool) async throws {
        let object = Self.object(6 << 20)
        let good = Received()
        let broken = Failure(.exhausted, code: "test.full", "Full.")
        try await share(hasDisk ? ["disk", "good", "bad"] : ["good", "bad"], object) {
            server,
            scratch,
            file,
            transfer in
            async let disk: FetchedFile? =
                hasDisk ? transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb"))) : nil
            async let first = transfer("good").stream(file) { good.take($0) }
            let failure = await #expect(throws: Failure.self) {
                _ = try await transfer("bad").stream(file) { _ in throw broken }
            }
            #expect(failure == broken)
            let fetched = try await (disk, first)
            #expect(fetched.1.size.bytes == object.size)
            #expect(server.records.objectBytes == object.size)
        }
        let isEqual = good.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    @Test func oneThatHangsIsLetGoAndServedLater() async throws {
        let object = Self.object(12 << 20)
        let (good, late) = (Received(), Received())
        let door = Door()
        try await share(["good", "late"], object, patience: 0.5) { server, _, file, transfer in
            async let second = transfer("late").stream(file) { piece in
                while !door.isOpen { try await Task.sleep(for: .milliseconds(20)) }
                late.take(piece)
            }
            let first = try await transfer("good").stream(file) { good.take($0) }
            door.open()
            let other = try await second
            #expect(first == other)
            #expect(server.records.objectBytes == object.size * 2)
        }
        let isEqual = good.bytes == object.bytes(in: 0..<object.size) && late.bytes == good.bytes
        #expect(isEqual)
    }

    @Test func whoComesLateReadsTheFinishedCopy() async throws {
        let object = Self.object(3 << 20)
        let late = Received()
        try await share(["disk", "late"], object) { server, scratch, file, transfer in
            let first = try await transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            let second = try await transfer("late").stream(file) { late.take($0) }
            #expect(first == second)
            #expect(server.records.objectBytes == object.size)
        }
        let isEqual = late.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    @Test func whenTheFinishedCopyIsGoneItIsFetchedAgain() async throws {
        let object = Self.object(3 << 20)
        let late = Received()
        try await share(["disk", "late", "later"], object) { server, scratch, file, transfer in
            let first = try await transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            try FileManager.default.removeItem(atPath: scratch.file("a.rdb"))
            let second = try await transfer("late").fetch(file, to: FilePath(scratch.file("b.rdb")))
            let third = try await transfer("later").stream(file) { late.take($0) }
            #expect(first == second && first == third)
            #expect(server.records.objectBytes == object.size * 2)
        }
        let isEqual = late.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    @Test func aCopyThatWasChangedIsNotVouchedFor() async throws {
        let object = Self.object(3 << 20)
        try await share(["disk", "late"], object) { _, scratch, file, transfer in
            _ = try await transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: scratch.file("a.rdb")))
            try handle.seek(toOffset: 1_000_000)
            try handle.write(contentsOf: Data([1, 2, 3]))
            try handle.close()
            let failure = await #expect(throws: Failure.self) {
                _ = try await transfer("late").stream(file) { _ in }
            }
            #expect(failure?.code == "fan-out.changed")
        }
    }

    @Test func whenTheDiskFailsTheOthersTryAgainAlone() async throws {
        let object = Self.object(6 << 20)
        let again = Received()
        let limits = FaultSettings(totalRate: 12 << 20)
        try await share(["disk", "good"], object, limits: limits, disk: Self.failingDisk()) {
            _,
            scratch,
            file,
            transfer in
            async let disk = transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            let failure = await #expect(throws: Failure.self) {
                _ = try await transfer("good").stream(file) { _ in }
            }
            #expect(failure?.code == "fan-out.copy-lost")
            #expect(failure?.failureClass == .transient)
            _ = try? await disk
            let fetched = try await transfer("good").stream(file) { again.take($0) }
            #expect(fetched.size.bytes == object.size)
        }
        let isEqual = again.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    /// One that gives up after some writes.
    private static func failingDisk() -> Disk {
        let count = Mutex(0)
        return Disk { step, _ in
            guard step == .write else { return nil }
            return count.withLock { count in
                count += 1
                return count > 3 ? EIO : nil
            }
        }
    }

    /// Whoever reads behind a disk that hangs is told so.
    private func expectStuck(
        _ transfer: any Transfer,
        _ file: ResolvedFile,
        behind name: String,
        _ scratch: Scratch
    ) async throws {
        // Who comes first of all would have a download of its own soon.
        while !scratch.files(below: ".").contains(name + ".part") { try await Task.sleep(for: .milliseconds(10)) }
        let failure = await #expect(throws: Failure.self) { _ = try await transfer.stream(file) { _ in } }
        #expect(failure?.code == "fan-out.copy-stuck")
        #expect(failure?.failureClass == .transient)
    }

    @Test func aDiskThatHangsIsNotWaitedFor() async throws {
        let object = Self.object(6 << 20)
        let again = Received()
        let (door, limits) = (Door(), FaultSettings(totalRate: 24 << 20))
        try await share(["disk", "good"], object, patience: 0.1, limits: limits, disk: Self.hangingDisk(.write, door)) {
            _,
            scratch,
            file,
            transfer in
            async let disk = transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            try await expectStuck(transfer("good"), file, behind: "a.rdb", scratch)
            let fetched = try await transfer("good").stream(file) { again.take($0) }
            door.open()
            #expect(try await disk == fetched)
        }
        let isEqual = again.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    /// The verdict waits for bytes that are read back.
    @Test func aDiskThatHangsWhenItIsReadBackIsNotWaitedFor() async throws {
        let object = Self.object(6 << 20)
        let door = Door()
        let hanging = Self.hangingDisk(.read, door)
        try await share(["disk", "good"], object, patience: 0.1, disk: hanging, scanMemory: 0) {
            _,
            scratch,
            file,
            transfer in
            async let disk = transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            try await expectStuck(transfer("good"), file, behind: "a.rdb", scratch)
            door.open()
            #expect(try await disk.size.bytes == object.size)
        }
    }

    @Test func whoReadsAVerifiedFileNeedNotWaitUntilItIsDurable() async throws {
        let object = Self.object(6 << 20)
        let received = Received()
        let door = Door()
        try await share(["disk", "good"], object, disk: Self.hangingDisk(.syncFile, door)) {
            server,
            scratch,
            file,
            transfer in
            async let disk = transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            let fetched = try await transfer("good").stream(file) { received.take($0) }
            #expect(scratch.files(below: ".").contains("a.rdb.part"))
            door.open()
            #expect(try await disk == fetched)
            #expect(server.records.objectBytes == object.size)
        }
        let isEqual = received.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    /// One whose first step of this kind, or second write, hangs until the door is open.
    private static func hangingDisk(_ hung: Disk.Step, _ door: Door) -> Disk {
        let count = Counter()
        // Its threads are its own: they hang.
        return Disk(of: "hanging-\(hung)") { step, _ in
            guard step == hung else { return nil }
            let number = count.add(1)
            while number == (hung == .write ? 2 : 1), !door.isOpen { usleep(10_000) }
            return nil
        }
    }

    @Test func whoWasLetGoTriesAgainWhenTheLastOtherFails() async throws {
        let object = Self.object(24 << 20)
        let late = Received()
        let (door, broken) = (Door(), Failure(.exhausted, code: "test.full", "Full."))
        let taken = Counter()
        try await share(["good", "late"], object, patience: 2) { _, _, file, transfer in
            async let second = transfer("late").stream(file) { _ in
                while !door.isOpen { try await Task.sleep(for: .milliseconds(20)) }
            }
            // Later than the other one is let go, and long before the end.
            let first = await #expect(throws: Failure.self) {
                _ = try await transfer("good").stream(file) { piece in
                    if taken.add(piece.count) > 12 << 20 { throw broken }
                }
            }
            #expect(first == broken)
            door.open()
            do {
                _ = try await second
                Issue.record("The one that was let go had no reason to end well.")
            } catch let failure as Failure {
                #expect(failure.code == "fan-out.abandoned")
            }
            let fetched = try await transfer("late").stream(file) { late.take($0) }
            #expect(fetched.size.bytes == object.size)
        }
        let isEqual = late.bytes == object.bytes(in: 0..<object.size)
        #expect(isEqual)
    }

    @Test func aDiskWithALimitOfItsOwnHoldsNobodyElseToIt() async throws {
        let object = Self.object(4 << 20)
        let quick = Received()
        try await Scratch.with { scratch in
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let file = FaultFetch.file(size: object.size, sha256: nil, lease: FaultLease(server))
                let settings = FaultFetch.settings(connections: 1)
                try await FaultFetch.with(settings, disk: Disk()) { fetcher in
                    let gate = BandwidthGate([
                        BandwidthLimiter(try BandwidthSchedule("2M"), wallClock: TestClock())
                    ])
                    try await FanOut.with(sinks: ["disk", "quick"], fetcher: { _ in fetcher }) { fanOut in
                        let began = ContinuousClock.now
                        async let disk = fanOut.transfer(for: "disk", gate: gate, own: fetcher)
                            .fetch(file, to: FilePath(scratch.file("a.rdb")))
                        let first = try await fanOut.transfer(for: "quick", own: fetcher)
                            .stream(file) { quick.take($0) }
                        #expect(try await disk == first)
                        #expect(ContinuousClock.now - began > .seconds(1))
                    }
                }
                #expect(server.records.objectBytes == object.size)
            }
            let whole = object.bytes(in: 0..<object.size)
            let isEqual = FileManager.default.contents(atPath: scratch.file("a.rdb")) == Data(whole)
            #expect(isEqual && quick.bytes == whole)
        }
    }

    @Test func noFaultIsVouchedFor() async throws {
        let dump = FaultFetch.dump(size: 400_000)
        try await withThrowingDiscardingTaskGroup { group in
            for lane in 0..<10 {
                group.addTask {
                    for (index, behavior) in FaultCorpus.all.enumerated() where index % 10 == lane {
                        try await tryOut(behavior, FaultObject(bytes: dump))
                    }
                }
            }
        }
    }

    private func tryOut(_ behavior: FaultBehavior, _ object: FaultObject) async throws {
        let received = Received()
        try await share(["disk", "stream"], object, behavior: behavior) { _, scratch, file, transfer in
            async let stored = try? transfer("disk").fetch(file, to: FilePath(scratch.file("a.rdb")))
            let streamed = try? await transfer("stream").stream(file) { received.take($0) }
            let onDisk = await stored
            let versions = behavior.versions(object).map { $0.bytes(in: 0..<$0.size) }
            if streamed != nil { #expect(versions.contains { $0 == received.bytes }, "\(behavior.name)") }
            if onDisk != nil {
                let bytes = Array(FileManager.default.contents(atPath: scratch.file("a.rdb")) ?? Data())
                #expect(versions.contains { $0 == bytes }, "\(behavior.name)")
            }
            if behavior.expectation == .mustFail { #expect(streamed == nil && onDisk == nil, "\(behavior.name)") }
            if behavior.expectation == .recovers { #expect(onDisk != nil, "\(behavior.name)") }
        }
    }
}
