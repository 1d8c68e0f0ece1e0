import Crypto
import Foundation
import Synchronization
import SystemPackage
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryPrograms
import WherryTestSupport

@testable import WherryTransfer

/// Bytes that real programs change on their way.
@Suite(.timeLimit(.minutes(2)))
struct PipelineTests {
    /// What came out.
    private final class Received: Sendable {
        private let state = Mutex<[UInt8]>([])
        var bytes: [UInt8] { state.withLock { $0 } }
        func take(_ piece: [UInt8]) { state.withLock { $0 += piece } }
    }

    private static func program(_ name: String, _ arguments: String...) -> Stage {
        Stage(name: name, suffix: ".\(name)", program: Program(name, arguments))
    }

    @Test func theToolsThemselvesGiveTheSourcesBytesBack() async throws {
        let object = FaultObject(bytes: FaultFetch.dump(size: 3 << 20))
        try await Scratch.with { scratch in
            let keyFile = scratch.file("key")
            #expect(try ChildProcess("/usr/bin/env", ["age-keygen", "-o", keyFile]).wait() == 0)
            let text = try String(contentsOfFile: keyFile, encoding: .utf8)
            let key = try #require(
                text.split(separator: "\n").compactMap { $0.split(separator: "public key: ").last }.dropFirst().first
            )
            let pipeline = Pipeline([.zstd(level: 1), .age(recipients: [String(key)], files: [])])
            #expect(try await pipeline.check().map(\.level) == [.ok])
            let path = scratch.file("copy.rdb.zst.age")
            let (fetched, form) = try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let file = FaultFetch.file(size: object.size, sha256: nil, lease: FaultLease(server))
                let backup = FaultFetch.backup([file])
                return try await FaultFetch.with(FaultFetch.settings(connections: 1)) { fetcher in
                    let transfer = PipelinedTransfer(backup, through: pipeline, over: fetcher, disk: fetcher)
                    let given = try #require(transfer.backup.files.first)
                    #expect(given.file.size == nil)
                    #expect(given.pathSuffix == ".zst.age")
                    let fetched = try await transfer.fetch(given, to: FilePath(path))
                    let receipt = Receipt(outcome: .delivered, artifacts: [Artifact(position: 0, location: path)])
                    return (fetched, transfer.completed(receipt).artifacts.first?.stored)
                }
            }
            #expect(fetched.size.bytes == object.size)
            #expect(fetched.grade == .checksum)
            let stored = try #require(FileManager.default.contents(atPath: path))
            #expect(form?.stages == ["zstd", "age"])
            #expect(form?.size.bytes == Int64(stored.count))
            #expect(form?.sha256 == SHA256Digest(bytes: Array(SHA256.hash(data: stored))))
            #expect(!stored.starts(with: Array("REDIS".utf8)))
            let restored = scratch.file("restored.rdb")
            let command = "age -d -i '\(keyFile)' '\(path)' | zstd -q -d -o '\(restored)'"
            #expect(try ChildProcess("/bin/sh", ["-c", command]).wait() == 0)
            let back = try #require(FileManager.default.contents(atPath: restored))
            #expect(fetched.sha256 == SHA256Digest(bytes: Array(SHA256.hash(data: back))))
            #expect(Int64(back.count) == object.size)
        }
    }

    @Test func aPartIsNeverGivenAnEnd() async throws {
        let received = Received()
        let pipeline = Pipeline([Self.program("cat"), Self.program("sh", "-c", "cat; echo THE-END")])
        let bad = Failure(.corrupt, code: "test.bad", "Not what it must be.")
        let failure = await #expect(throws: Failure.self) {
            try await pipeline.run(
                { pass in
                    try await pass(Array("beginning".utf8))
                    throw bad
                },
                receive: { received.take($0) }
            )
        }
        #expect(failure == bad)
        #expect(!String(decoding: received.bytes, as: UTF8.self).contains("THE-END"))
    }

    @Test(arguments: [
        ["false"], ["sh", "-c", "cat >/dev/null; exit 3"], ["sh", "-c", "head -c 3; exit 0"], ["no-such-program"],
    ])
    func aStageThatFailsEndsTheTransfer(command: [String]) async throws {
        let stage = Stage(name: "broken", suffix: "", program: Program(command[0], Array(command.dropFirst())))
        for stages in [[stage], [stage, Self.program("cat")], [Self.program("cat"), stage]] {
            let isTold = Mutex(false)
            let failure = await #expect(throws: Failure.self) {
                try await Pipeline(stages).run(
                    { pass in
                        for _ in 0..<64 { try await pass([UInt8](repeating: 7, count: 64 << 10)) }
                    },
                    receive: { _ in isTold.withLock { $0 = true } }
                )
            }
            let codes = ["pipeline.failed", "program.not-found", "program.input-closed"]
            #expect(codes.contains(failure?.code ?? ""), "\(stages.map(\.name)): \(String(describing: failure))")
        }
    }

    @Test func whatTheReceiverThrowsEndsIt() async throws {
        let full = Failure(.exhausted, code: "test.full", "Full.")
        let failure = await #expect(throws: Failure.self) {
            try await Pipeline([Self.program("cat"), Self.program("cat")]).run(
                { pass in
                    while true { try await pass([UInt8](repeating: 7, count: 64 << 10)) }
                },
                receive: { _ in throw full }
            )
        }
        #expect(failure == full)
    }
}
