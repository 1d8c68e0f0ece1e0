import WherryCatalog
import WherryCore

/// What `wherry prove` found, for people and machines.
struct ProofReport: Sendable {
    private var rows: [[ResultTable.Cell]] = []
    private var proven = 0
    private var failures: [Failure] = []

    /// Whether one of them is not proven.
    var hasFailed: Bool { !failures.isEmpty }

    /// Adds one.
    mutating func add(_ copy: StoredCopy, _ proof: RestoreProof) {
        if let failure = proof.failure { failures.append(failure) } else { proven += 1 }
        rows.append([
            .text(proof.isProven ? "proven" : "failed"), .text(copy.sink.rawValue),
            .text(copy.key.instance.rawValue), .text(copy.key.backup.rawValue), .text(copy.startedAt.description),
            .integer(Int64(proof.files)), Self.number(proof.keysLoaded), Self.number(proof.keysExpired),
            Self.number(proof.loadTime?.wholeMilliseconds), Self.number(proof.memory?.bytes),
            proof.server.map { .text("\($0) \(proof.serverVersion ?? "")") } ?? .null,
            proof.failure.map { .text($0.code) } ?? .null, proof.failure.map { .text($0.message) } ?? .null,
        ])
    }

    private static func number(_ value: Int64?) -> ResultTable.Cell { value.map { .integer($0) } ?? .null }

    /// Prints it.
    func show(as format: OutputFormat) {
        let columns = [
            "outcome", "sink", "instance", "backup", "backup_started_at", "files", "keys_loaded", "keys_expired",
            "load_ms", "memory_bytes", "server", "failure_code", "failure_message",
        ]
        Output.show(ResultTable(columns: columns, rows: rows), as: format, empty: "", limit: .max)
        guard format == .table else { return }
        let copies = rows.count == 1 ? "1 copy" : "\(rows.count) copies"
        Terminal.output.line("Of \(copies) \(proven) restored and loaded; \(failures.count) did not.")
        var told: Set<String> = []
        for failure in failures where told.insert(failure.code).inserted {
            guard let remedy = failure.remedy else { continue }
            Terminal.error.line("help:  \(Terminal.harmless("\(failure.code): \(remedy)"))")
        }
    }
}
