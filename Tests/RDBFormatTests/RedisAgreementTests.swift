import Foundation
import RDBFormat
import Testing

/// Whether the scanner agrees with the server that writes the format and the tool that comes with it.
@Suite struct RedisAgreementTests {
    struct Options: Sendable, CustomTestStringConvertible {
        var testDescription: String { arguments.joined(separator: " ") }
        var arguments: [String]
        var hasChecksum: Bool { !testDescription.contains("rdbchecksum no") }
    }

    static let options: [Options] = [
        Options(arguments: ["--rdbcompression", "yes"]),
        Options(arguments: ["--rdbcompression", "no"]),
        Options(arguments: ["--rdbcompression", "yes", "--rdbchecksum", "no"]),
        Options(arguments: ["--rdbcompression", "no", "--rdbchecksum", "no"]),
        // Access frequencies and idle times in front of the keys.
        Options(arguments: ["--maxmemory-policy", "allkeys-lfu", "--maxmemory", "1gb"]),
        Options(arguments: ["--maxmemory-policy", "allkeys-lru", "--maxmemory", "1gb", "--list-compress-depth", "1"]),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: options)
    func acceptsAndCountsWhatTheServerWrites(_ options: Options) throws {
        try RedisServer.with(options.arguments) { server in
            try server.send(RedisDataSet.commands)
            let sizes = try RedisDataSet.databases.map { database in
                try #require(try server.send(["SELECT \(database)", "DBSIZE"]).last.flatMap { Int64($0) })
            }
            let dump = try server.dump()
            let findings = scan(dump)
            let check = try RedisServer.check(dump, in: server.folder)
            #expect(check.isAccepted)
            #expect(check.report.contains("\(findings.keys.total) keys read"))
            #expect(check.report.contains("\(findings.keys.expiring) expires"))
            #expect(findings.structure == .complete)
            #expect(findings.verdict == (options.hasChecksum ? .checksummed : .unchecksummed))
            #expect(findings.keys.total == sizes.reduce(0, +))
            #expect(findings.keys.databases == Int64(sizes.count))
            #expect(findings.keys.highestDatabase == 31)
            #expect(findings.keys.expiring == 3)
            #expect(findings.keys.functions == 2)
            #expect(Set(findings.keys.byKind.keys) == [.string, .list, .set, .zset, .hash, .stream])
            let pieces = stride(from: 0, to: dump.count, by: 997).map { dump[$0..<min($0 + 997, dump.count)] }
            #expect(scan(pieces) == findings)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 2, 3])
    func refusesNothingTheToolAccepts(seed: UInt64) throws {
        try RedisServer.with(["--rdbchecksum", "no"]) { server in
            try server.send(["SELECT 3"] + RedisDataSet.small)
            let dump = try server.dump()
            #expect(scan(dump).structure == .complete)
            var noise = Noise(seed: seed)
            let wronged = try (0..<120).map { _ in Self.mutated(dump, &noise) }.filter { damaged in
                guard case .corrupt(let defect) = scan(damaged).verdict else { return false }
                // The tool does not look behind the end.
                if case .structure(_, .bytesAfterEnd) = defect { return false }
                return try RedisServer.check(damaged, in: server.folder).isAccepted
            }
            // Dumps differ from run to run, and a changed length may make bytes that the tool happens to step over.
            #expect(wronged.count <= 2)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func findsAsManyCutsAsTheTool() throws {
        try RedisServer.with(["--rdbchecksum", "no"]) { server in
            try server.send(["SELECT 3"] + RedisDataSet.small)
            let dump = try server.dump()
            let missed = (0..<dump.count).filter { scan(dump[..<$0]).verdict == .unchecksummed }
            #expect(missed.isEmpty)
        }
    }

    /// One to three changed bytes behind the header and before the end.
    private static func mutated(_ dump: [UInt8], _ noise: inout Noise) -> [UInt8] {
        var damaged = dump
        for _ in 0..<Int.random(in: 1...3, using: &noise) {
            damaged[Int.random(in: 9..<dump.count - 9, using: &noise)] = UInt8.random(in: 0...255, using: &noise)
        }
        return damaged
    }
}
