import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
package import SystemPackage
package import WherryCore
package import WherryPluginKit

/// Fetches files over HTTP: staged, resumed within the process, verified while the bytes pass, published atomically.
package struct FileFetcher: Transfer {
    private let connections: HTTPConnections
    private let clock: any WallClock
    private let observer: any TransferObserver
    private let backoff: Backoff
    private let random: @Sendable () -> UInt64

    /// A fetcher.
    package init(
        connections: HTTPConnections,
        clock: any WallClock,
        observer: any TransferObserver,
        backoff: Backoff = Backoff(),
        random: @escaping @Sendable () -> UInt64
    ) {
        self.connections = connections
        self.clock = clock
        self.observer = observer
        self.backoff = backoff
        self.random = random
    }

    /// A currently valid URL, see ``Transfer``.
    package func link(_ file: ResolvedFile) async throws -> IssuedURL {
        let networks = file.lease.networks
        do {
            return try await file.lease.url(on: networks.preferred)
        } catch let failure as Failure where failure.code == "lease.no-url" && networks.fallback == .whenUnreachable {
            return try await file.lease.url(on: networks.preferred.other)
        }
    }

    /// Fetches a file, see ``Transfer``.
    package func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        let staged = try StagedFile(for: destination)
        do {
            let fetched = try await download(file, into: staged)
            try Task.checkCancellation()
            try await staged.publish()
            return fetched
        } catch {
            staged.discard()
            throw error
        }
    }

    /// What is already here of a file, between attempts.
    private struct Progress {
        var offset: Int64 = 0
        var pinned: ObjectIdentity?
        var check = ContentCheck()
        /// How often it had to begin anew.
        var restarts = 0
        /// The furthest that any attempt came.
        var furthest: Int64 = 0
    }

    /// How one attempt ended, when it did not fail.
    private enum Ending { case complete, refused(Int) }

    private func download(_ file: ResolvedFile, into staged: StagedFile) async throws -> FetchedFile {
        var progress = Progress()
        var backoff = backoff
        var network = file.lease.networks.preferred
        var url = try await link(file)
        var refusals = 0
        var refusedAt: Int64 = -1
        network = url.network
        while true {
            let before = progress.furthest
            do {
                switch try await attempt(file, url, &progress, staged) {
                case .complete:
                    return try progress.check.finish(as: file.file)
                case .refused(let status):
                    refusals = progress.offset > refusedAt ? 1 : refusals + 1
                    refusedAt = progress.offset
                    guard refusals < 3 else { throw Self.refused(status, file) }
                    url = try await file.lease.renew(after: url)
                }
            } catch let failure as Failure where failure.code == "transfer.object-changed" {
                try startOver(file, &progress, staged)
            } catch let failure as Failure {
                if progress.furthest > before { backoff.reset() }
                if failure.code == "http.unreachable", file.lease.networks.fallback == .whenUnreachable,
                    network == file.lease.networks.preferred,
                    let other = try? await file.lease.url(on: network.other)
                {
                    network = network.other
                    url = other
                    continue
                }
                guard let wait = backoff.next(after: failure, random: random()) else { throw failure }
                try await Task.sleep(for: wait)
                url = try await file.lease.url(on: network)
            }
        }
    }

    private func startOver(_ file: ResolvedFile, _ progress: inout Progress, _ staged: StagedFile) throws {
        observer.received(-progress.offset, of: file.label, total: nil)
        let (restarts, furthest) = (progress.restarts + 1, progress.furthest)
        guard restarts < 5 else { throw Self.unstable(file) }
        progress = Progress()
        progress.restarts = restarts
        progress.furthest = furthest
        try staged.startOver()
    }

    private func attempt(
        _ file: ResolvedFile,
        _ url: IssuedURL,
        _ progress: inout Progress,
        _ staged: StagedFile
    ) async throws -> Ending {
        let startedAt = clock.now
        let started = ContinuousClock.now
        let firstByte = progress.offset
        var status: Int?
        func report(_ outcome: String, _ offset: Int64) async {
            await observer.attempted(
                TransferAttempt(
                    label: file.label,
                    url: url,
                    startedAt: startedAt,
                    duration: ContinuousClock.now - started,
                    firstByte: firstByte,
                    bytes: max(0, offset - firstByte),
                    status: status,
                    outcome: outcome
                )
            )
        }
        do {
            let ending = try await exchange(file, url, &progress, staged) { status = $0 }
            switch ending {
            case .complete: await report("done", progress.offset)
            case .refused: await report("transfer.refused", progress.offset)
            }
            return ending
        } catch {
            let error = HTTPConnections.failure(error, host: HTTPConnections.host(of: url.url.text))
            await report((error as? Failure)?.code ?? "run.cancelled", progress.offset)
            throw error
        }
    }

    private func exchange(
        _ file: ResolvedFile,
        _ url: IssuedURL,
        _ progress: inout Progress,
        _ staged: StagedFile,
        onStatus: (Int) -> Void
    ) async throws -> Ending {
        // Without a strong validator nothing could prove that the rest belongs to the same object.
        if progress.offset > 0, progress.pinned?.ifRange == nil, progress.pinned?.lastModified == nil {
            try startOver(file, &progress, staged)
        }
        let response = try await connections.downloads.execute(request(url, progress), deadline: .distantFuture)
        onStatus(Int(response.status.code))
        let verdict = ResponseVerdict.judge(
            ResponseHead(response),
            offset: progress.offset,
            pinned: progress.pinned,
            expectedSize: file.file.size?.bytes
        )
        switch verdict {
        case .complete: return .complete
        case .refused(let status): return .refused(status)
        case .failure(let failure): throw failure
        case .errorPage: return try await read(errorPage: response, file)
        case .startOver(let identity):
            try startOver(file, &progress, staged)
            progress.pinned = identity
        case .accept(let identity):
            progress.pinned = identity
        }
        try await receive(response.body, file, &progress, staged)
        return .complete
    }

    private func request(_ url: IssuedURL, _ progress: Progress) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.url.text)
        request.headers.add(name: "accept-encoding", value: "identity")
        request.headers.add(name: "user-agent", value: "wherry")
        if progress.offset > 0 {
            request.headers.add(name: "range", value: "bytes=\(progress.offset)-")
            if let validator = progress.pinned?.ifRange { request.headers.add(name: "if-range", value: validator) }
        }
        return request
    }

    private func receive(
        _ body: HTTPClientResponse.Body,
        _ file: ResolvedFile,
        _ progress: inout Progress,
        _ staged: StagedFile
    ) async throws {
        let size = progress.pinned?.size
        for try await buffer in body {
            try Task.checkCancellation()
            let count = Int64(buffer.readableBytes)
            if let size, progress.offset + count > size { throw Self.overlong(file) }
            try buffer.withUnsafeReadableBytes { bytes in
                progress.check.update(bytes)
                try staged.append(bytes)
            }
            progress.offset += count
            progress.furthest = max(progress.furthest, progress.offset)
            observer.received(count, of: file.label, total: size)
        }
        if let size, progress.offset < size {
            throw Failure(
                .transient,
                code: "transfer.short",
                "The server sent \(progress.offset) of \(size) bytes of \(file.file.name).",
                remedy: "It goes on from there."
            )
        }
    }

    /// A text where the object should be: some stores answer an expired URL so even with status 200.
    private func read(errorPage response: HTTPClientResponse, _ file: ResolvedFile) async throws -> Ending {
        var text: [UInt8] = []
        for try await buffer in response.body {
            text += buffer.readableBytesView.prefix(4_096 - text.count)
            if text.count >= 4_096 { break }
        }
        let words = String(decoding: text, as: UTF8.self).lowercased()
        if words.contains("expired") || words.contains("accessdenied") { return .refused(Int(response.status.code)) }
        throw Failure(
            .corrupt,
            code: "transfer.error-page",
            "The server sent a page of text instead of \(file.file.name).",
            remedy: "Look at the proxy in between, or ask for the backup again."
        )
    }

    private static func refused(_ status: Int, _ file: ResolvedFile) -> Failure {
        if status == 404 || status == 410 {
            return Failure(
                .notFound,
                code: "transfer.gone",
                "The server no longer has \(file.file.name).",
                remedy: "Its provider may have deleted the backup; run again to see what is left."
            )
        }
        return Failure(
            .authentication,
            code: "transfer.refused",
            "The server refuses even a fresh URL of \(file.file.name) (status \(status)).",
            remedy: "Compare this machine's clock with the server's, and check that its network may use the URL."
        )
    }

    private static func unstable(_ file: ResolvedFile) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.unstable",
            "The server keeps changing \(file.file.name), or cannot continue a transfer.",
            remedy: "Run again when the connection is better."
        )
    }

    private static func overlong(_ file: ResolvedFile) -> Failure {
        Failure(
            .corrupt,
            code: "transfer.too-long",
            "The server sent more bytes of \(file.file.name) than it announced.",
            remedy: "Look at the proxy in between."
        )
    }
}

extension ResponseHead {
    fileprivate init(_ response: HTTPClientResponse) {
        let headers = response.headers
        self.init(
            status: Int(response.status.code),
            etag: headers.first(name: "etag"),
            lastModified: headers.first(name: "last-modified"),
            contentLength: headers.first(name: "content-length").flatMap { Int64($0) },
            contentRange: headers.first(name: "content-range"),
            contentType: headers.first(name: "content-type"),
            contentEncoding: headers.first(name: "content-encoding"),
            retryAfter: headers.first(name: "retry-after")
        )
    }
}
