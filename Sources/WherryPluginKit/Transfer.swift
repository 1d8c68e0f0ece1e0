import Dispatch
public import SystemPackage
public import WherryCore

/// How bytes are moved: what the engine hands to a sink, so that each sink need not know of ranges, expiry and digests.
public protocol Transfer: Sendable {
    /// Fetches a file: staged as `destination` + `.part` beside it, verified, fsynced, renamed, folder fsynced.
    ///
    /// The folder must exist. An existing file of that name is replaced.
    ///
    /// - Throws: ``Failure``, class `corrupt` when the bytes are not what they must be; nothing has the final name then.
    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile

    /// Passes a file's bytes on, each once and in order, whatever becomes of its URL on the way; for sinks that feed a
    /// program or another store.
    ///
    /// The whole is judged when its last byte was passed on: a sink makes nothing final (no end of file for a program,
    /// no completed upload) before this returns. Where the bytes cannot be continued as the same object, it throws.
    ///
    /// - Parameter receive: given up to 1 MiB at a time; the next bytes wait until it returns. What it throws ends the
    ///   transfer.
    /// - Throws: ``Failure``; of class `corrupt` when the bytes are not what they must be.
    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile

    /// A currently valid URL, for sinks that emit text.
    func link(_ file: ResolvedFile) async throws -> IssuedURL

    /// Writes a small file of the sink's own, such as a manifest: durable under its final name when this returns, or not
    /// there; mode 0600.
    ///
    /// The folder must exist. Many that are kept at once share the work of the disk.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    func keep(_ bytes: [UInt8], at path: FilePath) async throws
}

extension Transfer {
    /// Writes a small file as ``AtomicFile`` does.
    public func keep(_ bytes: [UInt8], at path: FilePath) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try AtomicFile.write(bytes, to: path.string) })
            }
        }
    }
}

/// What is known of a file after every byte of it passed and was verified.
public struct FetchedFile: Sendable, Hashable {
    /// Its size.
    public var size: ByteCount
    /// Its digest.
    public var sha256: SHA256Digest
    /// What its RDB header says; nil when it is not an RDB file.
    public var rdb: RDBFacts?
    /// How strongly it was verified.
    public var grade: Grade
    /// What the sink was given in place of the file's own bytes; nil where it was given these.
    public var stored: StoredForm?

    /// How many bytes the sink was given.
    public var storedSize: ByteCount { stored?.size ?? size }
    /// The digest of the bytes that the sink was given.
    public var storedSHA256: SHA256Digest { stored?.sha256 ?? sha256 }

    /// A fetched file.
    public init(size: ByteCount, sha256: SHA256Digest, rdb: RDBFacts?, grade: Grade, stored: StoredForm? = nil) {
        self.size = size
        self.sha256 = sha256
        self.rdb = rdb
        self.grade = grade
        self.stored = stored
    }
}
