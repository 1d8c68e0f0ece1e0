import WherryCatalog
import WherryCore

/// What `wherry prove` found, for people and machines.
struct ProofReport: Sendable {
    private var skipped: [String: Int] = [:]
    private var entries: [(copy: StoredCopy, proof: RestoreProof)] = []

    private var failed: [(copy: StoredCopy, failure: Failure)] {
        entries.compactMap { entry in entry.proof.failure.map { (entry.copy, $0) } }
    }

    /// Whether one of them is not proven.
    var hasFailed: Bool { entries.contains { !$0.proof.isProven } }

    /// Whether there is none.
    var isEmpty: Bool { entries.isEmpty }

    /// Notes one whose sink cannot read it back.
    mutating func skip(_ copy: StoredCopy) { skipped[copy.sink.rawValue, default: 0] += 1 }

    /// Adds one.
    mutating func add(_ copy: StoredCopy, _ proof: RestoreProof) { entries.append((copy, proof)) }

    /// Prints it.
    func show(as format: OutputFormat) {
        let all = [
            "outcome", "sink", "instance", "backup", "backup_started_at", "files", "keys_loaded", "keys_expired",
            "load_ms", "memory_bytes", "server", "failure_code", "failure_message",
        ]
        // People are told on lines of their own why.
        var left: Set<String> = format == .table ? ["backup_started_at", "memory_bytes", "failure_message"] : []
        if format == .table, !hasFailed { left.insert("failure_code") }
        let columns = all.filter { !left.contains($0) }
        let rows = entries.map { entry in
            zip(all, cells(entry.copy, entry.proof)).filter { !left.contains($0.0) }.map(\.1)
        }
        Output.show(ResultTable(columns: columns, rows: rows), as: format, empty: "", limit: .max)
        if format == .table { tell() }
    }

    private func tell() {
        for (copy, failure) in failed {
            Terminal.output.line(Terminal.harmless("\(copy.key) in \(copy.sink): \(failure.message)"))
        }
        let copies = entries.count == 1 ? "1 copy" : "\(entries.count) copies"
        let count = failed.count
        Terminal.output.line("Of \(copies) \(entries.count - count) restored and loaded; \(count) did not.")
        for (sink, count) in skipped.sorted(by: { $0.key < $1.key }) {
            Terminal.error.line(Terminal.harmless("The sink \(sink) cannot read back what it has: \(count) not tried."))
        }
        var told: Set<String> = []
        for failure in failed.map(\.failure) where told.insert(failure.code).inserted {
            guard let remedy = failure.remedy else { continue }
            Terminal.error.line("help:  \(Terminal.harmless("\(failure.code): \(remedy)"))")
        }
    }

    private func cells(_ copy: StoredCopy, _ proof: RestoreProof) -> [ResultTable.Cell] {
        [
            .text(proof.isProven ? "proven" : "failed"), .text(copy.sink.rawValue),
            .text(copy.key.instance.rawValue), .text(copy.key.backup.rawValue), .text(copy.startedAt.description),
            .integer(Int64(proof.files)), Self.number(proof.keysLoaded), Self.number(proof.keysExpired),
            Self.number(proof.loadTime?.wholeMilliseconds), Self.number(proof.memory?.bytes),
            proof.server.map { .text("\($0) \(proof.serverVersion ?? "")") } ?? .null,
            proof.failure.map { .text($0.code) } ?? .null, proof.failure.map { .text($0.message) } ?? .null,
        ]
    }

    private static func number(_ value: Int64?) -> ResultTable.Cell { value.map { .integer($0) } ?? .null }
}
