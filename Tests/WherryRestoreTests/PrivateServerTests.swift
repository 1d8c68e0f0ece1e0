import Foundation
import Testing
import WherryCore
import WherryTestSupport

@testable import WherryRestore

/// The real server of this machine, in a folder whose path is longer than that of any socket.
@Suite(.timeLimit(.minutes(2)))
struct PrivateServerTests {
    private func with(_ body: (PrivateServer, Scratch) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let deep = scratch.sub(String(repeating: "deep", count: 40))
            try await body(PrivateServer(program: try await .find(nil), patience: .seconds(60)), deep)
        }
    }

    @Test(arguments: ["orders-1", "orders-2", "orders-3", "sessions-shard-0"])
    func loadsADump(name: String) async throws {
        try await with { server, scratch in
            let before = try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb(name)))
            try scratch.write("x.rdb", before)
            let facts = try await server.load("x.rdb", of: name, in: scratch.path, databases: 1)
            #expect(facts.loaded.map { $0 > 0 } == true)
            #expect(facts.memory > ByteCount(0))
            #expect(facts.duration > .zero)
            #expect(facts.version == server.program.version)
            // It writes nothing.
            #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.file("x.rdb"))) == before)
            #expect(scratch.files(below: ".") == ["server.conf", "x.rdb"])
        }
    }

    @Test func saysWhatTheServerSays() async throws {
        try await with { server, scratch in
            try scratch.write("x.rdb", Array("REDIS0099".utf8) + [0xff] + [UInt8](repeating: 0, count: 8))
            await #expect { try await server.load("x.rdb", of: "orders", in: scratch.path, databases: 1) } throws: {
                let failure = $0 as? Failure
                return failure?.code == "prove.other-server" && failure?.message.contains("version 99") == true
                    && failure?.message.contains("orders") == true && failure?.failureClass == .unsupported
            }
        }
    }

    /// The server of this machine, behind a script of these lines.
    private func odd(_ lines: String, in scratch: Scratch) async throws -> PrivateServer {
        let real = try await ServerProgram.find(nil).path
        let text =
            "#!/bin/sh\n[ \"$1\" = --version ] && exec \(real) --version\n" + lines.replacing("REAL", with: real) + "\n"
        let path = try scratch.write("odd-server", Array(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return PrivateServer(program: try await .find(path), patience: .seconds(60))
    }

    /// That memory ends says nothing of the dump.
    @Test func memoryThatEndsIsNotTheDumpsFault() async throws {
        try await with { _, scratch in
            let server = try await odd("ulimit -v 120000; exec REAL \"$@\"", in: scratch)
            let size = UInt32(90 << 20)
            let head = Array("REDIS0010".utf8) + [0xfe, 0, 0xfb, 1, 0, 0, 3] + Array("key".utf8) + [0x80]
            let length = withUnsafeBytes(of: size.bigEndian) { Array($0) }
            let dump =
                head + length + [UInt8](repeating: 0x61, count: Int(size)) + [0xff] + [UInt8](repeating: 0, count: 8)
            try scratch.write("x.rdb", dump)
            await #expect { try await server.load("x.rdb", of: "orders", in: scratch.path, databases: 1) } throws: {
                ($0 as? Failure)?.code == "prove.out-of-memory" && ($0 as? Failure)?.failureClass == .exhausted
            }
        }
    }

    /// Nor does a signal that somebody sent.
    @Test func aServerThatIsStoppedSaysNothingOfTheDump() async throws {
        try await with { _, scratch in
            let server = try await odd(
                "REAL \"$1\" --key-load-delay 300000 & pid=$!; sleep 1; kill $pid; wait $pid",
                in: scratch
            )
            try scratch.write("x.rdb", try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("all-types"))))
            await #expect { try await server.load("x.rdb", of: "orders", in: scratch.path, databases: 1) } throws: {
                ($0 as? Failure)?.code == "prove.server-stopped" && ($0 as? Failure)?.failureClass == .transient
            }
        }
    }

    @Test func aServerThatDoesNotEndIsEnded() async throws {
        try await with { _, scratch in
            let server = try await odd("exec REAL \"$1\" --rename-command SHUTDOWN ''", in: scratch)
            try scratch.write("x.rdb", try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("orders-1"))))
            let facts = try await server.load("x.rdb", of: "orders", in: scratch.path, databases: 1)
            #expect(facts.loaded.map { $0 > 0 } == true)
        }
    }

    @Test func whoFindsNothingHasProvenNothing() async throws {
        try await with { server, scratch in
            await #expect { try await server.load("x.rdb", of: "orders", in: scratch.path, databases: 1) } throws: {
                ($0 as? Failure)?.code == "prove.refused"
            }
        }
    }

    @Test func anAbsurdNumberOfDatabasesIsRefusedBeforeItIsTried() async throws {
        try await with { server, scratch in
            await #expect { try await server.load("x", of: "orders", in: scratch.path, databases: 1 << 40) } throws: {
                ($0 as? Failure)?.code == "prove.too-many-databases"
            }
            #expect(scratch.files(below: ".") == [])
        }
    }

    @Test func manyAtOnceDoNotMeet() async throws {
        try await with { server, scratch in
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for number in 0..<4 {
                    let folder = scratch.sub("\(number)")
                    try folder.write("x.rdb", try Data(contentsOf: URL(fileURLWithPath: Fixtures.rdb("orders-1"))))
                    group.addTask { try await server.load("x.rdb", of: "o", in: folder.path, databases: 16).loaded }
                }
                let counts = try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
                #expect(counts.count == 1 && counts.allSatisfy { ($0 ?? 0) > 0 })
            }
        }
    }
}
