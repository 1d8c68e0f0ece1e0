import NIOCore
import SystemPackage
import WherryCore
import WherryPluginKit

/// How one of several sinks moves bytes: it shares the downloads with the others.
struct FanOutTransfer: Transfer {
    let fanOut: FanOut
    let sink: SinkName
    let gate: BandwidthGate?
    let fetcher: FileFetcher

    func link(_ file: ResolvedFile) async throws -> IssuedURL { try await fetcher.link(file) }

    func keep(_ bytes: [UInt8], at path: FilePath) async throws { try await fetcher.keep(bytes, at: path) }

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        // One with a limit of its own does not lead: the others would be held to it.
        guard gate == nil else { return try await fetcher.store(at: destination) { try await stream(file, to: $0) } }
        defer { fanOut.served(sink, file) }
        while true {
            switch try await fanOut.join(sink, file, .file) {
            case .lead(let copy): return try await lead(file, to: destination, copy)
            case .follow(let copy):
                do {
                    return try await fetcher.store(at: destination) { receive in
                        try await copy.follow(limited(file, receive))
                    }
                } catch let failure as Failure where copy.isSpoilt(failure) {
                    fanOut.lost(copy, of: file)
                    guard failure.code == SharedCopy.goneCode else { throw failure }
                }
            case .listen:
                throw Failure(
                    .internal,
                    code: "fan-out.wrong-part",
                    "A sink that wants a file was given bytes.",
                    remedy: "This is a defect of wherry; please report it."
                )
            }
        }
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        defer { fanOut.served(sink, file) }
        let receive = limited(file, receive)
        var had: (bytes: Int64, of: FetchedFile)?
        while true {
            // One that was let go has the first bytes already: they are left out of what the next download brings.
            let rest = Remainder(after: had?.bytes ?? 0, receive)
            let fetched: FetchedFile
            switch try await fanOut.join(sink, file, .bytes) {
            case .follow(let copy):
                do {
                    fetched = try await copy.follow { try await rest.take($0) }
                } catch let failure as Failure where copy.isSpoilt(failure) {
                    fanOut.lost(copy, of: file)
                    guard failure.code == SharedCopy.goneCode else { throw failure }
                    continue
                }
            case .lead: fetched = try await fetcher.stream(file) { try await rest.take($0) }
            case .listen(let broadcast):
                switch try await listen(to: broadcast, rest) {
                case .whole(let file): fetched = file
                case .released(let bytes):
                    let whole = try await broadcast.outcome()
                    if let had, had.of.sha256 != whole.sha256 { throw changed(file) }
                    had = (bytes, whole)
                    continue
                }
            }
            guard let had, had.of.sha256 != fetched.sha256 else { return fetched }
            throw changed(file)
        }
    }

    private func changed(_ file: ResolvedFile) -> Failure {
        Failure(
            .transient,
            code: "fan-out.changed",
            "\(file.file.name) became another file after its first bytes had been passed on.",
            remedy: "Nothing to do: the delivery is tried again."
        )
    }

    private enum Heard {
        case whole(FetchedFile)
        case released(Int64)
    }

    private func listen(to broadcast: Broadcast, _ rest: Remainder) async throws -> Heard {
        defer { broadcast.leave(sink) }
        while true {
            switch try await broadcast.next(for: sink) {
            case .bytes(let bytes): try await rest.take(bytes)
            case .end(let fetched): return .whole(fetched)
            case .released: return .released(rest.position)
            }
        }
    }

    private func lead(_ file: ResolvedFile, to destination: FilePath, _ copy: SharedCopy) async throws -> FetchedFile {
        do {
            let fetched = try await fetcher.fetch(file, to: destination, sharing: copy)
            fanOut.ended(copy, of: file, at: destination.string, .success(fetched))
            return fetched
        } catch {
            fanOut.ended(
                copy,
                of: file,
                at: destination.string,
                .failure(Failure.wrap(error, during: "fetching \(file.file.name)"))
            )
            throw error
        }
    }

    /// What holds bytes below the sink's own limits.
    private func limited(
        _ file: ResolvedFile,
        _ receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) -> @Sendable ([UInt8]) async throws -> Void {
        guard let flow = gate?.open(file.label) else { return receive }
        return { bytes in
            try await flow.wait(for: bytes.count)
            try await receive(bytes)
        }
    }
}
