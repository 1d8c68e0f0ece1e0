import WherryCore
import WherryEngine

/// Checks what concerns several entries at once, and fills in what follows from others.
enum ConfigCheck {
    /// Reports problems to `reader`.
    static func run(_ file: inout ConfigRecord, _ reader: inout ConfigReader) {
        checkNames(file, "sources", &reader)
        checkNames(file, "sinks", &reader)
        checkNames(file, "jobs", &reader)
        for sink in file.tables("sinks") { PipelineConfig.check(sink, &reader) }
        for sink in file.tables("sinks") { checkKeep(sink, &reader) }
        for job in file.tables("jobs") { checkReferences(job, file, &reader) }
        guard var entry = file["serve"], var serve = entry.table else { return }
        checkServe(&serve, file, &reader)
        entry.value = .table(serve)
        file["serve"] = entry
    }

    private static func checkNames(_ file: ConfigRecord, _ key: String, _ reader: inout ConfigReader) {
        var lines: [String: Int] = [:]
        for record in file.tables(key) {
            guard let entry = record["name"], let name = entry.text else { continue }
            if let line = lines[name] {
                reader.report(
                    "the name \"\(name)\" is taken, on line \(line)",
                    at: entry.position,
                    remedy: "Choose another."
                )
            } else {
                lines[name] = entry.position.line
            }
        }
    }

    /// A policy without rules would keep a single copy, which nobody means who leaves them out.
    private static func checkKeep(_ sink: ConfigRecord, _ reader: inout ConfigReader) {
        guard let entry = sink["keep"], let keep = entry.table else { return }
        let rules = ["newest", "within"] + KeepPolicy.Period.allCases.map(\.rawValue)
        guard rules.allSatisfy({ keep[$0] == nil }) else { return }
        reader.report(
            "keep: has no rule",
            at: entry.position,
            remedy: "Say what stays, such as newest: 7 or daily: 14, or remove keep: to keep all."
        )
    }

    private static func checkReferences(_ job: ConfigRecord, _ file: ConfigRecord, _ reader: inout ConfigReader) {
        if let source = job["source"] { check(source, isIn: "sources", of: file, &reader) }
        var seen: Set<String> = []
        for sink in job.list("sinks") {
            check(sink, isIn: "sinks", of: file, &reader)
            if let name = sink.text, !seen.insert(name).inserted {
                reader.report("the sink \"\(name)\" is listed twice", at: sink.position, remedy: "Keep one of them.")
            }
        }
    }

    private static func checkServe(_ serve: inout ConfigRecord, _ file: ConfigRecord, _ reader: inout ConfigReader) {
        let sources = file.tables("sources")
        if let source = serve["source"] {
            check(source, isIn: "sources", of: file, &reader)
        } else if sources.count == 1, let name = sources.first?.text("name") {
            serve["source"] = ConfigEntry(value: .text(name), position: serve.position)
        } else if sources.count > 1 {
            let names = sources.compactMap { $0.text("name") }.joined(separator: ", ")
            reader.report(
                "missing key \"source\" in the section serve, expected one of \(names), as there are several",
                at: serve.position
            )
        }
        if serve["allow_plain_http"] == nil, let listen = serve.text("listen").flatMap(ConfigScalar.listen) {
            let value = ConfigValue.boolean(isLoopback(listen.host))
            serve["allow_plain_http"] = ConfigEntry(value: value, position: serve.position)
        }
        if let second = serve["intranet_listen"], let name = second.text, name == serve.text("listen") {
            reader.report(
                "intranet_listen is the same address as listen",
                at: second.position,
                remedy: "Name another port, or leave it out to serve both networks on one address."
            )
        }
        var seen: Set<String> = []
        for key in serve.tables("keys") {
            guard let secret = key.secret("secret_id"), let entry = key["secret_id"] else { continue }
            if !seen.insert(secret.reveal).inserted {
                reader.report(
                    "two keys have the same secret_id",
                    at: entry.position,
                    remedy: "Make each a different one."
                )
            }
        }
    }

    private static func check(
        _ entry: ConfigEntry,
        isIn key: String,
        of file: ConfigRecord,
        _ reader: inout ConfigReader
    ) {
        let names = file.tables(key).compactMap { $0.text("name") }
        guard let name = entry.text, !names.contains(name) else { return }
        // An entry without a readable name may be the one that is meant.
        guard names.count == file.list(key).count else { return }
        let near = Spelling.nearest(to: name, in: names).map { "; did you mean \"\($0)\"?" }
        let all = names.isEmpty ? "; there are none" : ", expected \(names.joined(separator: ", "))"
        reader.report("there is no \(key.dropLast()) \"\(name)\"" + (near ?? all), at: entry.position)
    }

    /// Whether only this machine reaches it (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3).
    static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return host == "localhost" || host == "::1"
            || (parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil })
    }
}
