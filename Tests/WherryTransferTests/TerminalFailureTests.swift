import Foundation
import RDBFormat
import Testing
import WherryCore
import WherryTestSupport
import WherryTransfer

/// Failures after which there is nothing to go on with: they say what is the matter, and leave nothing behind.
@Suite(.timeLimit(.minutes(1)))
struct TerminalFailureTests {
    private let dump = FaultFetch.dump(size: 400_000)

    /// Fetches, expects it to fail, and looks what is left.
    private func failure(
        of behavior: FaultBehavior,
        _ connections: Int,
        withSize: Bool = true
    ) async throws -> (failure: Failure?, left: [String]) {
        try await Scratch.with { scratch in
            let object = FaultObject(bytes: dump)
            let failure = try await FaultServer.with(behavior, object: object) { server in
                await #expect(throws: Failure.self, "\(behavior.name)") {
                    _ = try await FaultFetch.fetch(
                        from: server,
                        to: scratch.file("dump.rdb"),
                        size: withSize ? object.size : nil,
                        settings: FaultFetch.settings(connections: connections)
                    )
                }
            }
            return (failure, scratch.files(below: "."))
        }
    }

    @Test(arguments: ["missing-always", "missing-after-half"], [1, 4])
    func aBackupThatIsGone(_ name: String, _ connections: Int) async throws {
        let behavior = try #require(FaultCorpus.all.first { $0.name == name })
        let (failure, left) = try await failure(of: behavior, connections)
        #expect(failure?.code == "transfer.gone")
        #expect(failure?.failureClass == .notFound)
        #expect(left == [])
    }

    /// A store that declares the CRC-64 of its objects, as COS does.
    private func declaring(_ checksum: UInt64) -> FaultBehavior {
        FaultBehavior("crc64", "The store declares a CRC-64.", .mayEither) {
            $0.honest().with { $0["x-cos-hash-crc64ecma"] = String(checksum) }
        }
    }

    private var checksum: UInt64 {
        var checksum = CRC64ECMA()
        dump.withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }

    @Test(arguments: [1, 4])
    func bytesThatHaveNotTheChecksumOfTheirStore(_ connections: Int) async throws {
        let (failure, left) = try await failure(of: declaring(checksum ^ 1), connections, withSize: false)
        #expect(failure?.code == "transfer.wrong-checksum")
        #expect(failure?.failureClass == .corrupt)
        #expect(left == [])
    }

    @Test(arguments: [1, 4])
    func bytesThatHaveItAreTaken(_ connections: Int) async throws {
        try await Scratch.with { scratch in
            let object = FaultObject(bytes: dump)
            try await FaultServer.with(declaring(checksum), object: object) { server in
                _ = try await FaultFetch.fetch(
                    from: server,
                    to: scratch.file("dump.rdb"),
                    size: nil,
                    settings: FaultFetch.settings(connections: connections)
                )
            }
            #expect(FileManager.default.contents(atPath: scratch.file("dump.rdb")).map { Array($0) } == dump)
        }
    }
}
