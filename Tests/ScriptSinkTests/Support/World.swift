import Foundation
import Logging
import SystemPackage
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// One file that a test has put into a script.
struct Piece: Sendable {
    var instance = "crs-1"
    var backup = "backup-1"
    var position = 0
    var size: Int?
    var sha256: SHA256Digest?
    var expiresIn: Int64 = 3_600
    var url: String

    /// Where the script puts it with the template that tests use.
    var path: String { "\(PathTemplate.safe(instance))/\(PathTemplate.safe(backup))-\(position).rdb" }
}

/// A scratch folder with a place for scripts, a target and perhaps a server; gone when the test ends.
struct World: Sendable {
    let root: String
    let server: FileServer?
    let now: Timestamp

    var scripts: String { "\(root)/scripts" }
    var target: String { "\(root)/target" }
    var served: String { "\(root)/served" }

    /// Makes a world for `body`, with a server when asked, and takes it away.
    static func with<Value>(server: Bool = false, _ body: (World) async throws -> Value) async throws -> Value {
        let root = "\(NSTemporaryDirectory())/wherry-script-\(UUID())".replacing("//", with: "/")
        try FileManager.default.createDirectory(atPath: "\(root)/served", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let running = server ? try await FileServer.start(folder: "\(root)/served", scratch: root) : nil
        defer { running?.stop() }
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        return try await body(World(root: root, server: running, now: now))
    }

    /// A whole, tiny RDB file that differs by `seed`.
    static func rdb(_ count: Int = 5_000, seed: UInt8 = 0) -> [UInt8] {
        var bytes = Array("REDIS0011".utf8)
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: index * 31 + Int(seed)) & 0x7F) }
        return bytes + [0xFF] + Array(repeating: 0, count: 8)
    }

    /// Lets the server have a file.
    func serve(_ bytes: [UInt8], as name: String = "dump.rdb") throws { try write(bytes, "\(served)/\(name)") }

    /// The server's URL with this path.
    func url(_ rest: String) throws -> String {
        guard let server else { throw CocoaError(.featureUnsupported) }
        return server.url(rest)
    }

    // MARK: - Scripts

    /// A sink that writes to ``scripts``.
    func sink(
        named name: String = "script",
        folder: String? = nil,
        path: String = "{instance}/{backup}-{shard}.rdb",
        target: String = ".",
        options more: [String: OptionValues.Value] = [:]
    ) async throws -> any Sink {
        let context = PluginContext(
            name: name,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: FixedClock(now: now),
            http: Nothing(),
            observer: Nothing(),
            inventory: Nothing(),
            notes: Nothing(),
            stateDirectory: "\(root)/state",
            random: { 4 }
        )
        let options: [String: OptionValues.Value] = [
            "folder": .text(folder ?? scripts), "path": .text(path), "target": .text(target),
        ]
        return try await ScriptSinkPlugin.makeSink(
            OptionValues(options.merging(more) { _, given in given }),
            context: context
        )
    }

    /// What ends a run.
    func summary(run: Int64 = 12) -> RunSummary {
        RunSummary(run: RunID(rawValue: run), startedAt: now, delivered: 1, failed: 0)
    }

    /// A backup of one file as the engine hands it over.
    func resolved(_ piece: Piece, source: SourceName = "prod") -> ResolvedBackup {
        let instance = Instance(id: Instance.ID(rawValue: piece.instance))
        let size = piece.size.map { ByteCount(Int64($0)) }
        let file = BackupFile(position: piece.position, name: "dump.rdb", size: size, sha256: piece.sha256)
        let url = IssuedURL(
            id: 1,
            url: SignedURL(piece.url),
            network: .intranet,
            issuedAt: now,
            expiresAt: Timestamp(seconds: now.seconds + piece.expiresIn)
        )
        return ResolvedBackup(
            source: source,
            instance: instance,
            backup: Backup(id: Backup.ID(rawValue: piece.backup), instance: instance.id, startedAt: now),
            files: [ResolvedFile(file: file, lease: FixedLease(issued: url), label: "file")]
        )
    }

    /// Delivers the pieces and finishes; the path of the script.
    func script(_ pieces: [Piece], run: Int64 = 12) async throws -> String {
        let sink = try await sink()
        try await sink.prepare(run: RunID(rawValue: run), recovering: false)
        for piece in pieces { _ = try await sink.deliver(resolved(piece), using: LinkOnly()) }
        try await sink.finish(summary(run: run))
        return "\(scripts)/wherry-run\(run)-\(now.compact).sh"
    }

    /// Delivers the pieces to a sink of a flavor and finishes; the paths of what it wrote.
    func emitted(
        _ flavor: String,
        _ pieces: [Piece],
        options: [String: OptionValues.Value] = [:],
        path: String = "{instance}/{backup}-{shard}.rdb",
        run: Int64 = 12
    ) async throws -> [String] {
        var options = options.merging(["flavor": .text(flavor)]) { given, _ in given }
        if flavor == "kubernetes" {
            options.merge(["image": .text("curl:8"), "claim": .text("backups")]) { given, _ in given }
        }
        let sink = try await sink(path: path, options: options)
        try await sink.prepare(run: RunID(rawValue: run), recovering: false)
        for piece in pieces { _ = try await sink.deliver(resolved(piece), using: LinkOnly()) }
        try await sink.finish(summary(run: run))
        return try names(in: scripts).map { "\(scripts)/\($0)" }
    }

    /// Runs a script with `--target` and whatever else.
    func start(
        _ script: String,
        in shell: Shell = .dash,
        _ options: [String] = [],
        environment: [String: String] = [:],
        path: String = Tools.path
    ) throws -> Command {
        let words = shell.words + [script, "--target", target] + options
        return try Command(words, in: root, environment: environment.merging(["PATH": path]) { given, _ in given })
    }

    /// Runs a line of sh in ``root``, with ``target`` for scripts.
    func command(_ line: String, environment: [String: String] = [:]) throws -> Command {
        let all = ["PATH": Tools.path, "WHERRY_TARGET": target].merging(environment) { _, given in given }
        return try Command(["dash", "-c", line], in: root, environment: all)
    }

    // MARK: - Files

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    func write(_ bytes: some Sequence<UInt8>, _ path: String) throws {
        let folder = FilePath(path).removingLastComponent().string
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// Puts a program in front of those of the machine; the search path with it.
    func program(_ name: String, _ text: String) throws -> String {
        try write(text.utf8, "\(root)/bin/\(name)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(root)/bin/\(name)")
        return "\(root)/bin:\(Tools.path)"
    }

    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
