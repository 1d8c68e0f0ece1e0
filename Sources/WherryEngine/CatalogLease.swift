import Synchronization
import WherryCatalog
import WherryCore
import WherryPluginKit

/// The newest answers for the files of one backup, shared by the leases of its files.
final class LeasedBackup: Sendable {
    let key: Backup.Key
    let source: ConfiguredSource
    let run: RunID?
    private let resolver: Resolver
    private let clock: any WallClock
    private let current: Mutex<State>

    private struct State {
        var files: [RecordedFile]
        /// Answers up to this row were refused, or are too old.
        var rejected: Int64 = 0
    }

    init(
        _ key: Backup.Key,
        from source: ConfiguredSource,
        run: RunID?,
        files: [RecordedFile],
        resolver: Resolver,
        clock: any WallClock
    ) {
        self.key = key
        self.source = source
        self.run = run
        self.resolver = resolver
        self.clock = clock
        current = Mutex(State(files: files))
    }

    /// The answer for one file, with some life left.
    func file(at position: Int) async throws -> RecordedFile {
        if let file = recorded(at: position), hasLife(file) { return file }
        return try take(try await resolver.resolve(key, from: source, run: run), position)
    }

    /// An answer newer than an old one.
    func file(at position: Int, after old: IssuedURL, because reason: RenewalReason) async throws -> RecordedFile {
        current.withLock { $0.rejected = max($0.rejected, old.id) }
        if let file = recorded(at: position), hasLife(file) { return file }
        let files = try await resolver.renew(key, from: source, after: old.id, because: reason, run: run)
        return try take(files, position)
    }

    private func recorded(at position: Int) -> RecordedFile? {
        current.withLock { state in
            guard position < state.files.count, state.files[position].urlID > state.rejected else { return nil }
            return state.files[position]
        }
    }

    private func hasLife(_ file: RecordedFile) -> Bool { file.issued.expiresAt > clock.now }

    private func take(_ files: [RecordedFile], _ position: Int) throws -> RecordedFile {
        current.withLock { $0.files = files }
        guard position < files.count else {
            throw Failure(
                .corrupt,
                code: "lease.file-gone",
                "The source \(source.name) no longer lists file \(position) of \(key).",
                remedy: "Run again to plan with what it has now."
            )
        }
        return files[position]
    }
}

/// Keeps one file of a backup fetchable.
struct CatalogLease: Lease {
    let backup: LeasedBackup
    let position: Int

    var networks: NetworkChoice { backup.source.networks }

    func url(on network: Network) async throws -> IssuedURL {
        try url(of: try await backup.file(at: position), on: network)
    }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL {
        try url(of: try await backup.file(at: position, after: old, because: reason), on: old.network)
    }

    private func url(of file: RecordedFile, on network: Network) throws -> IssuedURL {
        if let url = file.url(on: network) { return url }
        throw Failure(
            .unsupported,
            code: "lease.no-url",
            "The source \(backup.source.name) issued no \(network.rawValue) URL for \(backup.key).",
            remedy: "Set network: \(network.other.rawValue), or fallback: when-unreachable, on the source."
        )
    }
}
