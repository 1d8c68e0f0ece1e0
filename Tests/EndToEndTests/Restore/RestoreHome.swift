import DepotSource
import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// A home of the program whose job brings backups to a sink `disk`, and to `sealed`, compressed and encrypted on their way.
struct RestoreHome: Sendable {
    let scratch: Scratch
    let program: Program
    let provider: Provider

    /// Makes one whose backups are delivered.
    ///
    /// - Parameters:
    ///   - dumps: backups of the instance `crs-made` with one file each, the oldest first.
    ///   - fill: puts further backups into the provider.
    static func with(
        dumps: [[UInt8]] = [],
        fill: @escaping @Sendable (Provider) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (RestoreHome) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await fill(provider)
                for (number, dump) in dumps.enumerated() {
                    let path = try scratch.write("made/\(number).rdb", dump)
                    _ = try await provider.depot.add([path], to: "crs-made", name: "made")
                }
                let home = RestoreHome(scratch: scratch, program: Program(folder: scratch.path), provider: provider)
                let recipient = try await home.makeKey("owner.key")
                try scratch.writeConfig(for: provider, sinks: "disk, sealed", more: Self.sealed(recipient))
                let run = try await home.program.run("run", "--quiet")
                try #require(run.status == 0, "\(run.all)")
                try await body(home)
            }
        }
    }

    /// The lines of a sink `sealed`.
    static func sealed(_ recipient: String) -> String {
        """
        - name: sealed
          plugin: local-disk
          pipeline: [zstd, age]
          age:
            recipients: [\(recipient)]
          options:
            root: sealed
        """
    }

    /// Makes an identity for age, and tells its public half.
    func makeKey(_ name: String) async throws -> String {
        let made = try await Program.run("/usr/bin/env", ["age-keygen", "-o", name], folder: scratch.path)
        let shown = try await Program.run("/usr/bin/env", ["age-keygen", "-y", name], folder: scratch.path)
        try #require(made.status == 0 && shown.status == 0)
        return shown.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The copies that a sink has, relative to the scratch folder, sorted.
    func copies(in sink: String) -> [String] {
        let folder = sink == "disk" ? "backups" : sink
        return scratch.files(below: folder).filter { $0.contains(".rdb") && !$0.hasSuffix(".part") }
            .map { "\(folder)/\($0)" }
    }

    /// Changes the bytes of a file.
    func change(_ name: String, _ edit: (inout [UInt8]) -> Void) throws {
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file(name))))
        edit(&bytes)
        try scratch.write(name, bytes)
    }

    /// Changes the catalog as nobody should.
    func sql(_ text: String) async throws {
        let outcome = try await Program.run("/usr/bin/sqlite3", ["catalog.db", text], folder: scratch.path)
        try #require(outcome.status == 0, "\(outcome.all)")
    }

    /// The rows that the program shows, one text for each.
    func rows(_ query: String) async throws -> [String] {
        let outcome = try await program.run("sql", query, "--format", "csv")
        try #require(outcome.status == 0, "\(outcome.all)")
        return outcome.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }

    /// Writes a program that the user may run.
    func install(_ name: String, _ script: String) throws {
        let path = try scratch.write(name, Array(script.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// What is left of scratch folders.
    var scratchFolders: [String] {
        let folder = scratch.file("catalog.db.state/prove")
        return (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// The command lines of processes whose folder lies in the scratch folder.
    func processes() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { Int($0) != nil }.compactMap { id in
            guard let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd"),
                folder.hasPrefix(scratch.path), let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline")
            else { return nil }
            return String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
        }
    }
}

/// Dumps written by hand, without a checksum, as servers with `rdbchecksum no` write them.
enum MadeDump {
    /// A file of these records.
    static func file(_ records: [UInt8]...) -> [UInt8] {
        Array("REDIS0010".utf8) + records.flatMap { $0 } + [0xff] + [UInt8](repeating: 0, count: 8)
    }

    /// The keys that follow belong to this database, below 64.
    static func database(_ number: UInt8) -> [UInt8] { [0xfe, number] }

    /// A string.
    static func key(_ name: String, _ value: String = "value") -> [UInt8] { [0] + string(name) + string(value) }

    /// The next key expires so many milliseconds after 1970.
    static func expiry(_ milliseconds: UInt64) -> [UInt8] {
        [0xfc] + withUnsafeBytes(of: milliseconds.littleEndian) { Array($0) }
    }

    /// What the server says of itself.
    static func note(_ name: String, _ value: String) -> [UInt8] { [0xfa] + string(name) + string(value) }

    private static func string(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
}
