import Foundation
import TestProcesses
import Testing
import WherryCatalog
import WherryCore

/// A folder that lives as long as one test.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let path = FileManager.default.temporaryDirectory.path + "/wherry-catalog-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    // What cannot be removed is the system's to clean up.
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// A new catalog in a folder of its own.
func withCatalog<Value>(_ body: (Catalog) async throws -> Value) async throws -> Value {
    try await withFolder { folder in try await body(Catalog(path: folder + "/catalog.db", now: .sample)) }
}

/// What the stock shell says.
struct ShellAnswer: Sendable, Equatable {
    var status: Int32
    var output: String
}

/// Runs the stock sqlite3 shell, as an operator would.
func sqlite3(_ arguments: String...) throws -> ShellAnswer {
    let output = FileManager.default.temporaryDirectory.path + "/wherry-sqlite-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: output) }  // the system clears what stays
    let status = try ChildProcess("/usr/bin/env", ["sqlite3"] + arguments, output: output).wait()
    let bytes = FileManager.default.contents(atPath: output) ?? Data()
    return ShellAnswer(status: status, output: String(decoding: bytes, as: UTF8.self))
}

/// Applies one migration by hand, with the words of docs/catalog.md.
func applyByHand(_ migration: String, to path: String) throws {
    let file = repository + "/migrations/" + migration
    let answer = try sqlite3("-bail", path, "BEGIN IMMEDIATE", ".read '\(file)'", "COMMIT")
    try #require(answer.status == 0)
}

/// The folder with Package.swift.
let repository: String = {
    let file = URL(fileURLWithPath: #filePath)
    return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}()

/// The code of the failure that `body` throws; nil when it throws none.
func failureCode<Value>(_ body: () async throws -> Value) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch let failure as Failure {
        return failure.code
    } catch {
        return "not a Failure: \(type(of: error))"
    }
}

/// The rights of a file, as `chmod` takes them.
func mode(of path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
}

/// Random numbers that are the same on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension Timestamp {
    /// Some moment.
    static let sample = Timestamp(seconds: 1_750_000_000)

    /// The real time, for views that compare with it.
    static var now: Timestamp { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}

extension SHA256Digest {
    /// The digest whose digits are all the same.
    static func of(_ digit: Character) throws -> SHA256Digest {
        try #require(SHA256Digest(hex: String(repeating: digit, count: 64)))
    }
}

extension Catalog {
    /// The answer to any query, whole URLs included.
    func rows(_ sql: String) throws -> [[ResultTable.Cell]] {
        try ReadOnlySQL(path: path, revealsURLs: true).run(sql, rowLimit: 100_000, timeLimit: .seconds(30)).rows
    }

    /// The one value of the one row of a query.
    func value(_ sql: String) throws -> ResultTable.Cell {
        try #require(rows(sql).first?.first)
    }
}

extension Catalog {
    /// The steps of a query's plan that read all of a table that grows.
    ///
    /// Reading all of a table that stays small is fine; so is an index in the order wanted, up to a LIMIT.
    func scans(of sql: String) throws -> [String] {
        let small = ["instance", "source", "run", "i", "s"]
        let plan = try rows("EXPLAIN QUERY PLAN " + sql).compactMap { row in
            if case .text(let step)? = row.last { step } else { nil }
        }
        try #require(!plan.isEmpty)
        return plan.filter { step in
            // json_each looks into the one value it is given.
            guard !step.contains("VIRTUAL TABLE INDEX") else { return false }
            let words = step.split(separator: " ")
            guard words.first == "SCAN", words.count > 1 else { return false }
            if sql.contains("LIMIT"), step.contains("USING INDEX") { return false }
            return !small.contains(String(words[1])) && !words[1].hasPrefix("(")
        }
    }
}

/// The names that the tests use.
enum Sample {
    static let source: SourceName = "prod"
    static let instance: Instance.ID = "crs-c7xq4kqu"
    static let sink: SinkName = "disk"
    static let key = Backup.Key(instance: instance, backup: "fb8d2cd6-f6ee")

    /// A backup, five minutes long.
    static func backup(_ key: Backup.Key = key, at: Timestamp = .sample) -> Backup {
        Backup(id: key.backup, instance: key.instance, startedAt: at, endedAt: at + .seconds(300), kind: .automatic)
    }

    /// An answer for one file, valid for six hours.
    static func file(
        _ position: Int = 0,
        intranet: String? = "http://10.0.0.1:8080/orders.rdb?token=a",
        extranet: String? = "https://dl.example/orders.rdb?token=b",
        expiresAt: Timestamp = .sample + .seconds(6 * 3_600)
    ) -> IssuedFile {
        IssuedFile(
            file: BackupFile(position: position, name: "orders-\(position).rdb", size: ByteCount(3_389)),
            intranet: intranet.map { SignedURL($0) },
            extranet: extranet.map { SignedURL($0) },
            expiresAt: expiresAt
        )
    }
}

extension Catalog {
    /// Records the sample source, instance and backup.
    func addSample(at: Timestamp = .sample) async throws {
        try await register(source: Sample.source, plugin: "crs", at: at)
        try await record([Instance(id: Sample.instance, name: "orders")], from: Sample.source, at: at)
        try await record([Sample.backup(at: at)], from: Sample.source, at: at)
    }

    /// Records an answer with URLs for the sample backup.
    @discardableResult
    func issue(_ files: [IssuedFile], at: Timestamp = .sample, run: RunID? = nil) async throws -> [RecordedFile] {
        try await recordIssue(of: Sample.key, from: Sample.source, files: files, at: at, askedBy: "test", run: run)
    }

    /// The usable URLs of the sample backup.
    func usable(at: Timestamp, margin: Duration = .seconds(900)) async throws -> [RecordedFile] {
        try await usableURLs(for: Sample.key, from: Sample.source, at: at, margin: margin)
    }

    /// Begins the delivery of the sample backup.
    func begin(run: RunID, at: Timestamp = .sample) async throws -> Int64 {
        try await beginDelivery(of: Sample.key, from: Sample.source, to: Sample.sink, job: "nightly", run: run, at: at)
    }

    /// Begins a run.
    func begin(at: Timestamp = .sample) async throws -> RunID {
        try await beginRun(jobs: ["nightly"], askedBy: "test", at: at)
    }
}
