import WherryTransfer

/// The keys `pipeline`, `zstd` and `age` of a sink.
enum PipelineConfig {
    /// A stage that there is.
    enum Step: String, CaseIterable {
        case zstd
        case age
    }

    /// What a sink's bytes pass; nil where nobody asks for it.
    static func pipeline(_ sink: ConfigRecord) -> Pipeline? {
        let stages = steps(sink).map { step in
            switch step {
            case .zstd: Stage.zstd(level: sink.table("zstd")?.integer("level") ?? 3)
            case .age: Stage.age(recipients: recipients(sink), files: files(sink))
            }
        }
        return stages.isEmpty ? nil : Pipeline(stages)
    }

    /// Reports what does not fit together.
    static func check(_ sink: ConfigRecord, _ reader: inout ConfigReader) {
        var seen: Set<String> = []
        for entry in sink.list("pipeline") {
            if let name = entry.text, seen.insert(name).inserted { continue }
            reader.report("a stage is listed twice", at: entry.position, remedy: "Keep one of them.")
        }
        for step in Step.allCases {
            guard let entry = sink[step.rawValue], entry.table != nil, !seen.contains(step.rawValue) else { continue }
            reader.report(
                "\(step.rawValue): says how a stage works that is not in the pipeline",
                at: entry.position,
                remedy: "Add \(step.rawValue) to pipeline:, or remove this."
            )
        }
        if let entry = sink["pipeline"], seen.contains(Step.age.rawValue), recipients(sink).isEmpty, files(sink).isEmpty
        {
            reader.report(
                "the stage age has nobody to encrypt for",
                at: entry.position,
                remedy: "Name public keys: age: {recipients: [age1…]}, or a recipients_file."
            )
        }
        for entry in sink.table("age")?.list("recipients") ?? [] {
            guard let text = entry.text, !text.hasPrefix("age1"), !text.hasPrefix("ssh-") else { continue }
            let isSecret = text.uppercased().hasPrefix("AGE-SECRET-KEY")
            reader.report(
                isSecret ? "a key that decrypts stands where a public key belongs" : "this is no public key",
                at: entry.position,
                remedy: "Give what `age-keygen -y KEYFILE` prints: it begins with age1."
            )
        }
    }

    private static func steps(_ sink: ConfigRecord) -> [Step] {
        sink.list("pipeline").compactMap { $0.text.flatMap(Step.init) }
    }

    private static func recipients(_ sink: ConfigRecord) -> [String] {
        sink.table("age")?.list("recipients").compactMap(\.text) ?? []
    }

    private static func files(_ sink: ConfigRecord) -> [String] {
        sink.table("age")?.text("recipients_file").map { [$0] } ?? []
    }
}
