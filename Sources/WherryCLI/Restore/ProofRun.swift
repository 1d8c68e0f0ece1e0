import WherryCatalog
import WherryCore
import WherryPluginKit
import WherryRestore
import WherryTransfer

/// Proves copies one after the other, and records what comes of each.
struct ProofRun: Sendable {
    let composition: Composition
    /// The server that loads them.
    var server: ServerProgram
    /// How long it may take for one file.
    var patience: Duration = .seconds(3_600)
    /// The age identity that decrypts; nil for none.
    var identity: String?
    /// Whether dumps are loaded that may not fit into memory.
    var isForced = false
    /// The folder for scratch folders; nil for the one beside the catalog.
    var scratch: String?
    /// Who has it done.
    var person: String

    /// The newest copy of each instance in each sink that can be read back.
    static func newest(of copies: [StoredCopy]) -> [StoredCopy] {
        var seen: Set<[String]> = []
        return copies.filter { seen.insert([$0.source.rawValue, $0.key.instance.rawValue, $0.sink.rawValue]).inserted }
    }

    /// Proves them.
    ///
    /// - Parameter onEnd: told of each that was tried.
    func run(
        _ copies: [StoredCopy],
        observer: any TransferObserver = NoTransferObserver(),
        onEnd: @escaping @Sendable (StoredCopy, RestoreProof) -> Void = { _, _ in }
    ) async throws -> ProofReport {
        let parent = scratch ?? "\(composition.catalog.path).state/prove"
        return try await ScratchFolder.with(below: parent, random: composition.random()) { folder in
            let prover = Prover(
                server: server,
                patience: patience,
                identity: identity,
                availableMemory: { [isForced] in isForced ? nil : MachineMemory.available },
                scratch: folder,
                fetcher: composition.restoring(),
                observer: observer,
                clock: composition.clock,
                person: person
            )
            var report = ProofReport()
            for copy in copies {
                let proof = try await prove(copy, prover)
                // Some sinks can read back or not, as they are set up.
                if proof.failure?.code == Failure.cannotRead().code {
                    report.skip(copy)
                    continue
                }
                try await composition.catalog.record(proof)
                report.add(copy, proof)
                onEnd(copy, proof)
            }
            return report
        }
    }

    private func prove(_ copy: StoredCopy, _ prover: Prover) async throws -> RestoreProof {
        let sink: any Sink
        do {
            sink = try await composition.sink(copy.sink)
        } catch let failure as Failure {
            var proof = RestoreProof(delivery: copy.delivery, at: composition.clock.now, provenBy: person)
            proof.failure = failure
            return proof
        }
        return try await prover.prove(copy, in: sink)
    }
}
