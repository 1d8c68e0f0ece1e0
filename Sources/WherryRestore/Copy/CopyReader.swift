import Synchronization
package import WherryCore
package import WherryPluginKit
import WherryPrograms
package import WherryTransfer

/// Brings the files of a copy back out of a sink: as they were delivered, or not at all.
package struct CopyReader: Sendable {
    private let sink: any Sink
    private let identity: String?
    private let observer: any TransferObserver

    /// - Parameters:
    ///   - sink: has the copy.
    ///   - identity: the file with the key that decrypts what `age` encrypted; nil where nothing is encrypted.
    ///   - observer: told of the stored bytes as they come.
    package init(_ sink: any Sink, identity: String?, observer: any TransferObserver) {
        self.sink = sink
        self.identity = identity
        self.observer = observer
    }

    /// Passes the bytes of one file on, as they were before the sink's pipeline.
    ///
    /// What was passed on counts only when this has returned: then the stored bytes and the file's own have the sizes and
    /// digests that the catalog has, and what begins like a dump is whole.
    ///
    /// - Parameter name: the file's, for messages and the observer.
    /// - Throws: what the sink or `receive` threw; ``Failure`` of class `corrupt`: `restore.wrong-size`,
    ///   `restore.wrong-digest`, `restore.rdb-damaged`, `restore.cannot-undo`; `restore.wrong-identity`
    ///   (authentication), `restore.no-identity` (usage), `restore.unknown-stage` (unsupported).
    package func read(
        _ artifact: Artifact,
        named name: String,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> CopyFacts {
        let pipeline = try Pipeline.undoing(artifact.stored?.stages ?? [], identity: identity) {
            stage,
            trouble,
            killed in
            Self.failure(stage, trouble, killed, name)
        }
        let check = Mutex(CopyCheck(of: artifact, name: name))
        let take: Pipeline.Receive = { bytes in
            try check.withLock { try $0.update(bytes) }
            try await receive(bytes)
        }
        guard let pipeline else {
            try await stored(artifact, name, isSeen: true, to: take)
            return try check.withLock { try $0.finish() }
        }
        do {
            try await pipeline.run { pass in
                try await stored(artifact, name, isSeen: true, to: pass)
            } receive: {
                try await take($0)
            }
        } catch let failure as Failure where failure.code.hasPrefix("restore.") && failure.isOfAStage {
            // It has not come to the bytes yet, which may be many.
            if failure.code == "restore.wrong-key" { throw failure }
            // A stage only says that it cannot go on; whether the stored bytes are to blame, they tell themselves.
            try await stored(artifact, name, isSeen: false) { _ in }
            throw failure
        }
        return try check.withLock { try $0.finish() }
    }

    /// Passes the stored bytes on, which must be those that were stored.
    ///
    /// Where they are the file's own, ``CopyCheck`` finds out by itself.
    private func stored(
        _ artifact: Artifact,
        _ name: String,
        isSeen: Bool,
        to receive: @escaping Pipeline.Receive
    ) async throws {
        let form = artifact.stored
        let what = "What is stored of \(name)"
        let size = form?.size ?? artifact.size
        let sum = Mutex(ByteSum(size: size, digest: form?.sha256))
        try await sink.read(artifact) { [observer] bytes in
            if form != nil {
                try bytes.withUnsafeBytes { bytes in try sum.withLock { try $0.update(bytes, of: what) } }
            }
            if isSeen { observer.received(Int64(bytes.count), of: name, total: size?.bytes) }
            try await receive(bytes)
        }
        if form != nil { _ = try sum.withLock { try $0.finish(of: what) } }
    }

    /// What age says of a key, before it looks at what it is to decrypt.
    private static func keyTrouble(_ trouble: String, _ name: String) -> Failure? {
        let isOther = trouble.contains("no identity matched")
        let isUnusable = [
            "malformed secret key", "unknown identity type", "could not read passphrase", "no secret keys",
        ]
        .contains { trouble.contains($0) }
        guard isOther || isUnusable else { return nil }
        return Failure(
            .authentication,
            code: "restore.wrong-key",
            "\(name) could not be decrypted: age \(trouble).",
            remedy: isOther
                ? "Give --identity the key of one of the recipients that it was encrypted for."
                : "Give --identity a key as age-keygen writes it, without a passphrase."
        )
    }

    private static func failure(_ stage: Stage, _ trouble: String, _ wasKilled: Bool, _ name: String) -> Failure {
        if wasKilled {
            return Failure(
                .transient,
                code: "restore.stage-killed",
                "The program \(stage.program.name) \(trouble) while \(name) was brought back.",
                remedy: "See who ended it: the system's log tells when memory ran out. Then try again."
            )
        }
        if stage.name == "age", let failure = keyTrouble(trouble, name) { return failure }
        if stage.name == "age" {
            return Failure(
                .authentication,
                code: "restore.wrong-identity",
                "\(name) could not be decrypted: age \(trouble).",
                remedy: "Give --identity the key of one of the recipients that it was encrypted for."
            )
        }
        return Failure(
            .corrupt,
            code: "restore.cannot-undo",
            "The program \(stage.program.name) cannot undo what was done to \(name): it \(trouble).",
            remedy: CopyFacts.remedy
        )
    }
}

extension Failure {
    /// Whether a stage gave up on what it was fed.
    fileprivate var isOfAStage: Bool {
        ["restore.wrong-key", "restore.wrong-identity", "restore.cannot-undo", "restore.stage-killed"].contains(code)
    }
}
