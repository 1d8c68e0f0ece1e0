import SystemPackage
package import WherryCatalog
package import WherryCore
package import WherryPluginKit
package import WherryTransfer

/// Proves that copies restore: takes each out of its sink and has a private server load every file of it.
package struct Prover: Sendable {
    /// The server.
    package var server: ServerProgram
    /// How long it may take for one file.
    package var patience: Duration
    /// The file with the key that decrypts; nil where nothing is encrypted.
    package var identity: String?
    /// How much memory there is; nil when nobody is to look.
    package var availableMemory: @Sendable () -> ByteCount?
    /// A private folder.
    package var scratch: String
    /// Writes into it.
    package var fetcher: FileFetcher
    /// Told of the stored bytes as they come.
    package var observer: any TransferObserver
    /// For the record.
    package var clock: any WallClock
    /// Who has it proven.
    package var person: String

    /// A prover.
    package init(
        server: ServerProgram,
        patience: Duration,
        identity: String?,
        availableMemory: @escaping @Sendable () -> ByteCount?,
        scratch: String,
        fetcher: FileFetcher,
        observer: any TransferObserver,
        clock: any WallClock,
        person: String
    ) {
        self.server = server
        self.patience = patience
        self.identity = identity
        self.availableMemory = availableMemory
        self.scratch = scratch
        self.fetcher = fetcher
        self.observer = observer
        self.clock = clock
        self.person = person
    }

    /// Proves one copy.
    ///
    /// The files come one after the other, so there is room for the largest only in `scratch` and in memory.
    ///
    /// - Returns: what came of it, also when that is a failure.
    /// - Throws: only `CancellationError`, and ``Failure`` of class `cancelled`.
    package func prove(_ copy: StoredCopy, in sink: any Sink) async throws -> RestoreProof {
        let began = ContinuousClock.now
        var proof = RestoreProof(delivery: copy.delivery, at: clock.now, provenBy: person)
        do {
            try copy.requireAllFiles()
            for artifact in copy.receipt.artifacts.sorted(by: { $0.position < $1.position }) {
                try await prove(artifact, of: copy, in: sink, &proof)
            }
        } catch {
            try Task.checkCancellation()
            let failure = Failure.wrap(error, during: "proving a copy")
            if failure.failureClass == .cancelled { throw error }
            proof.failure = failure
        }
        proof.at = clock.now
        proof.duration = ContinuousClock.now - began
        return proof
    }

    private func prove(
        _ artifact: Artifact,
        of copy: StoredCopy,
        in sink: any Sink,
        _ proof: inout RestoreProof
    ) async throws {
        let folder = "\(scratch)/\(artifact.position)"
        try AtomicFile.makeFolder(folder)
        defer { ScratchFolder.remove(folder) }
        let name = CopyRestorer.name(of: artifact.position, in: copy.key, startedAt: copy.startedAt)
        let reader = CopyReader(sink, identity: identity, observer: observer)
        let restored = try await CopyRestorer(reader, storingWith: fetcher).restore(
            [CopyRestorer.Order(artifact, to: FilePath("\(folder)/\(name)"))],
            replacing: false
        )
        for facts in restored {
            try check(facts, name)
            (proof.server, proof.serverVersion) = (server.engine, server.version)
            let loaded = try await PrivateServer(program: server, patience: patience).load(
                name,
                of: name,
                in: folder,
                databases: facts.databases,
                isWhole: facts.keys != nil
            )
            proof.add(loaded)
            try KeyComparison(name: name, counted: facts.keys, recorded: copy.keys[artifact.position]).check(loaded)
        }
    }

    /// Whether it can be loaded at all.
    private func check(_ facts: CopyFacts, _ name: String) throws {
        guard facts.format != nil else {
            throw Failure(
                .unsupported,
                code: "prove.not-a-dump",
                "\(name) has the right bytes, but is no dump that a server could load.",
                remedy: "It was encrypted or packed where it was made: unpack it there, or take the other one."
            )
        }
        // Where it does not say, it takes at least what it takes on the disk.
        let needed = facts.usedMemory ?? facts.size
        guard let available = availableMemory(), needed > available else { return }
        throw Failure(
            .exhausted,
            code: "prove.no-memory",
            "\(name) needs about \(needed) of memory, and this machine has \(available) available.",
            remedy: "Prove it on a larger machine, or try all the same: --force."
        )
    }
}

extension RestoreProof {
    fileprivate mutating func add(_ loaded: LoadedFacts) {
        // What runs tells more than what is installed.
        if !loaded.version.isEmpty { (server, serverVersion) = (loaded.engine, loaded.version) }
        files += 1
        keysLoaded = (keysLoaded ?? 0) + (loaded.loaded ?? loaded.resident)
        if let expired = loaded.expired { keysExpired = (keysExpired ?? 0) + expired }
        loadTime = (loadTime ?? .zero) + loaded.duration
        memory = max(memory ?? ByteCount(0), loaded.memory)
    }
}
