import Crypto
import Synchronization
package import SystemPackage
package import WherryCore
package import WherryPluginKit

/// Moves bytes through a pipeline on their way to a sink, and keeps what is stored then.
///
/// The sink is given ``backup``, in which no size or digest is declared: those would be of other bytes than it gets.
package final class PipelinedTransfer: Transfer {
    /// What the sink is to be given.
    package let backup: ResolvedBackup

    private let pipeline: Pipeline
    private let inner: any Transfer
    private let disk: FileFetcher
    private let originals: [Int: ResolvedFile]
    private let forms = Mutex<[Int: StoredForm]>([:])

    /// - Parameters:
    ///   - backup: as it was resolved.
    ///   - inner: brings the files' own bytes.
    ///   - disk: stores on disks.
    package init(_ backup: ResolvedBackup, through pipeline: Pipeline, over inner: any Transfer, disk: FileFetcher) {
        self.pipeline = pipeline
        self.inner = inner
        self.disk = disk
        originals = Dictionary(backup.files.map { ($0.file.position, $0) }) { first, _ in first }
        var changed = backup
        changed.files = backup.files.map { file in
            var file = file
            file.file.size = nil
            file.file.sha256 = nil
            file.pathSuffix = pipeline.suffix
            return file
        }
        self.backup = changed
    }

    /// A receipt with what is stored of each file.
    package func completed(_ receipt: Receipt) -> Receipt {
        let forms = forms.withLock { $0 }
        var receipt = receipt
        for index in receipt.artifacts.indices {
            guard var form = forms[receipt.artifacts[index].position] else { continue }
            // What the sink changed in its turn comes last.
            if let last = receipt.artifacts[index].stored, last != form {
                form = StoredForm(stages: form.stages + last.stages, size: last.size, sha256: last.sha256)
            }
            receipt.artifacts[index].stored = form
        }
        return receipt
    }

    /// A link leads to the file's own bytes: none is given.
    package func link(_ file: ResolvedFile) async throws -> IssuedURL {
        throw Failure(
            .configuration,
            code: "pipeline.no-links",
            "A sink that hands out links cannot have a pipeline: whoever follows them gets the bytes as they are.",
            remedy: "Remove pipeline: from this sink."
        )
    }

    /// Stores what comes out of the pipeline, staged and published as every file.
    package func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        try await disk.store(at: destination) { try await self.stream(file, to: $0) }
    }

    /// A sink's own files do not pass through the pipeline.
    package func keep(_ bytes: [UInt8], at path: FilePath) async throws { try await disk.keep(bytes, at: path) }

    /// Passes on what comes out of the pipeline.
    package func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        let original = originals[file.file.position] ?? file
        let tally = Mutex((hash: SHA256(), size: Int64(0)))
        var fetched = try await pipeline.run { [inner] pass in
            try await inner.stream(original, to: pass)
        } receive: { bytes in
            tally.withLock { tally in
                bytes.withUnsafeBytes { tally.hash.update(bufferPointer: $0) }
                tally.size += Int64(bytes.count)
            }
            try await receive(bytes)
        }
        let form = tally.withLock { tally in
            SHA256Digest(bytes: Array(tally.hash.finalize())).map {
                StoredForm(stages: pipeline.names, size: ByteCount(tally.size), sha256: $0)
            }
        }
        forms.withLock { $0[file.file.position] = form }
        fetched.stored = form
        return fetched
    }
}
