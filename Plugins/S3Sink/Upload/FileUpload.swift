import Synchronization
import WherryCore
import WherryPluginKit

/// Brings one file to the store: parts leave while later bytes come, the object appears when all are verified.
final class FileUpload: Sendable {
    private struct State {
        var open: UploadDesk.Open?
        var fetched: FetchedFile?
    }

    private let desk: UploadDesk
    private let permits: PartPermits
    private let file: ResolvedFile
    private let key: String
    private let state = Mutex(State())

    init(of file: ResolvedFile, to key: String, desk: UploadDesk, permits: PartPermits) {
        (self.file, self.key, self.desk, self.permits) = (file, key, desk, permits)
    }

    /// Fetches the file and stores it, unless an earlier run stored it already.
    func carryOut(using transfer: any Transfer) async throws -> StoredContent {
        var sizes = PartSizes(wanted: desk.settings.partSize, fileSize: file.file.size?.bytes)
        switch try await desk.legacy(of: key) {
        case .stored(_, let content): return content
        case .open(let open):
            sizes = PartSizes(base: open.note.partSize, isGrowing: open.note.isGrowing)
            state.withLock { $0.open = open }
        case .nothing: break
        }
        do {
            try await send(using: transfer, sizes: sizes)
        } catch let failure as Failure where failure.failureClass == .corrupt {
            // Other bytes than the backup's are in its parts: nothing to go on with.
            if let open = state.withLock({ $0.open }) { try await desk.drop(open.note) }
            throw failure
        }
        let (open, fetched) = state.withLock { ($0.open, $0.fetched) }
        guard let fetched else { throw CancellationError() }
        let content = StoredContent(fetched)
        if let open { try await desk.complete(open, content: content) }
        return content
    }

    /// Streams the file and uploads its parts side by side; returns when all are there and the whole is verified.
    private func send(using transfer: any Transfer, sizes: PartSizes) async throws {
        // Unbounded in name only: every part in it holds a permit.
        let (parts, entrance) = AsyncStream.makeStream(of: CutPart.self)
        let feed = PartFeed(sizes: sizes, permits: permits) { [self] part in
            do {
                try await openIfNeeded(sizes)
            } catch {
                permits.giveBack()
                throw error
            }
            entrance.yield(part)
        }
        defer { feed.drop() }
        // The first failure ends everything else, and is the one that is told.
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { [self] in
                defer { entrance.finish() }
                let fetched = try await transfer.stream(file) { try await feed.take($0) }
                state.withLock { $0.fetched = fetched }
                try await storeLast(feed.last(), sha256: fetched.storedSHA256)
            }
            for await cut in parts {
                group.addTask { [self] in
                    defer { permits.giveBack() }
                    guard let open = state.withLock({ $0.open }) else { return }
                    try await desk.upload(UploadPart(number: cut.number, pieces: cut.pieces), to: open)
                }
            }
        }
    }

    /// The last part of an upload, or the whole of a small file.
    private func storeLast(_ part: UploadPart, sha256: SHA256Digest) async throws {
        defer { if part.size > 0 { permits.giveBack() } }
        if let open = state.withLock({ $0.open }) {
            // A file that an earlier delivery knew to be longer, or nothing behind a full part.
            if part.size > 0 || part.number == 1 { try await desk.upload(part, to: open) }
        } else {
            try await desk.put(part, at: key, sha256: sha256)
        }
    }

    private func openIfNeeded(_ sizes: PartSizes) async throws {
        guard state.withLock({ $0.open == nil }) else { return }
        let open = try await desk.open(key, sizes: sizes)
        state.withLock { $0.open = open }
    }
}
