import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization
import WherryCore
import WherryPluginKit

/// Sends the requests of transfers and takes their answers.
struct Exchanger: Sendable {
    typealias Event = TransferMachine.Event

    let connections: HTTPConnections
    let clock: any WallClock
    let observer: any TransferObserver
    let settings: TransferSettings
    /// The file's share of the limits; nil where nothing limits it.
    let flow: BandwidthGate.Flow?

    /// Sends a request; tells of the head of its answer, which `control` keeps.
    ///
    /// - Parameter patience: how long to wait for the head; nil where somebody else drops the exchange.
    func ask(
        _ ask: TransferMachine.Ask,
        _ url: IssuedURL,
        _ file: ResolvedFile,
        _ control: ExchangeControl,
        isOnly: Bool,
        within patience: Duration? = nil,
        event: @escaping @Sendable (Event) -> Void
    ) async {
        let host = HTTPConnections.host(of: url.url.text)
        control.begin(
            TransferAttempt(
                label: file.label,
                url: url,
                startedAt: clock.now,
                duration: .zero,
                firstByte: ask.range?.lowerBound ?? 0,
                bytes: 0,
                status: nil,
                outcome: "transfer.dropped"
            )
        )
        guard isAdmitted(ask.id, to: host, control, isOnly: isOnly, event) else { return }
        @Sendable func send() async {
            do {
                let client = ask.wantsFreshConnection ? connections.single : connections.downloads
                let deadline = patience.map { NIODeadline.now() + TimeAmount($0) } ?? .distantFuture
                let response = try await client.execute(request(ask, url), deadline: deadline)
                let head = ResponseHead(response)
                control.note(status: head.status)
                connections.budget.note(head, of: host, settings)
                control.keep(response)
                event(.head(ask.id, head))
            } catch {
                await end(control, event, ask.id, error, host)
            }
        }
        if patience == nil { await control.untilDropped(send) } else { await send() }
        await reportIfDropped(control)
    }

    /// Asks for the host's leave to send a request; tells when there is none.
    private func isAdmitted(
        _ id: ExchangeID,
        to host: String,
        _ control: ExchangeControl,
        isOnly: Bool,
        _ event: @Sendable (Event) -> Void
    ) -> Bool {
        let (turn, wait) = connections.budget.take(host, isOnly: isOnly)
        switch turn {
        case .go:
            control.onEnd { connections.budget.giveBack(host, status: $0) }
            return true
        case .full: event(.noConnection(id))
        case .wait: event(.postponed(id, wait))
        case .closed(let failure): event(.failed(id, failure))
        }
        control.finish()
        return false
    }

    /// Takes the body of an answer.
    ///
    /// - Parameters:
    ///   - announced: the bytes of the file that the answer is to bring.
    ///   - batch: how many bytes are put together for one call of `write`.
    ///   - isEager: whether what has waited for long is written beside the next; else `write` may take its time, and is
    ///     not called before its last call is over.
    ///   - write: called with bytes in order, one call after the other.
    func receive(
        _ id: ExchangeID,
        _ announced: Range<Int64>,
        of names: TransferNames,
        batch: Int,
        isEager: Bool,
        _ control: ExchangeControl,
        write: @escaping TransferOutput.Write,
        event: @escaping @Sendable (Event) -> Void
    ) async {
        let pending = PendingBody(BodyBatch(position: announced.lowerBound, limit: batch))
        @Sendable func flush(_ body: BodyBatch) async throws {
            // However long it takes: it is not the server who is slow.
            if !isEager { event(.held(id, .seconds(3_600))) }
            do {
                try await write(body.buffers, body.position, body.count)
            } catch let failure as Failure {
                throw OutputFailure(failure: failure)
            }
            if !isEager { event(.held(id, .zero)) }
            control.note(bytes: Int64(body.count))
            event(.wrote(id, body.position..<body.position + Int64(body.count)))
        }
        @Sendable func flushNowAndThen() async {
            do {
                try await pending.flushNowAndThen(flush)
            } catch let error as OutputFailure {
                event(.diskFailed(error.failure))
            } catch {}
        }
        let mayWait = isEager && announced.upperBound - announced.lowerBound > 64 << 10
        await control.untilDropped(beside: mayWait ? flushNowAndThen : nil) {
            guard let response = control.takeResponse() else { return }
            do {
                let isStopped = try await read(response, announced, id, names, control, pending, flush, event)
                await pending.settled()
                event(isStopped ? .reachedEnd(id) : .ended(id))
                await report(control, "done")
            } catch let error as OutputFailure {
                event(.diskFailed(error.failure))
                await report(control, error.failure.code)
            } catch {
                await pending.settled()
                await end(control, event, id, error, control.host)
            }
        }
        await reportIfDropped(control)
    }

    /// Reads a body and has it written.
    ///
    /// - Returns: whether it was stopped before its end, because another exchange takes the rest.
    private func read(
        _ response: HTTPClientResponse,
        _ announced: Range<Int64>,
        _ id: ExchangeID,
        _ names: TransferNames,
        _ control: ExchangeControl,
        _ pending: PendingBody,
        _ flush: (BodyBatch) async throws -> Void,
        _ event: @Sendable (Event) -> Void
    ) async throws -> Bool {
        do {
            var asked = ContinuousClock.now
            var busy = Duration.zero
            for try await buffer in response.body {
                let came = ContinuousClock.now
                defer {
                    asked = .now
                    busy = asked - came
                }
                try await wait(for: buffer.readableBytes, id, event)
                let end = control.end
                event(.came(id, buffer.readableBytes, busy: busy))
                control.came(buffer.readableBytes)
                let added = pending.add(buffer, end: end)
                if added.isOverlong, end >= announced.upperBound { throw names.overlong() }
                if let due = added.due { try await flush(due) }
                // An answer that was to end here is read to its end: there must be nothing more.
                if added.isAtEnd, end < announced.upperBound { return true }
            }
        } catch let error as OutputFailure {
            throw error
        } catch {
            // What came before the cut is as good as the rest.
            if !Task.isCancelled, let rest = pending.take() { try await flush(rest) }
            throw error
        }
        if let rest = pending.take() { try await flush(rest) }
        return false
    }

    /// Reads the text of an answer that is no object: some stores answer an expired URL so even with status 200.
    func readPage(_ id: ExchangeID, _ control: ExchangeControl, event: @escaping @Sendable (Event) -> Void) async {
        await control.untilDropped {
            guard let response = control.takeResponse() else { return }
            var text: [UInt8] = []
            do {
                for try await buffer in response.body {
                    text += buffer.readableBytesView.prefix(4_096 - text.count)
                    if text.count >= 4_096 { break }
                }
                let words = String(decoding: text, as: UTF8.self).lowercased()
                event(.page(id, saysExpired: words.contains("expired") || words.contains("accessdenied")))
                await report(control, "transfer.error-page")
            } catch {
                await end(control, event, id, error, control.host)
            }
        }
        await reportIfDropped(control)
    }

    private func wait(for bytes: Int, _ id: ExchangeID, _ event: @Sendable (Event) -> Void) async throws {
        guard let flow else { return }
        // However long it takes: it is not the server who is slow.
        event(.held(id, .seconds(3_600)))
        try await flow.wait(for: bytes)
        event(.held(id, .zero))
    }

    // MARK: - Ends

    private func end(
        _ control: ExchangeControl,
        _ event: @Sendable (Event) -> Void,
        _ id: ExchangeID,
        _ error: any Error,
        _ host: String
    ) async {
        if Task.isCancelled {
            return await report(control, control.isDropped ? "transfer.dropped" : "run.cancelled")
        }
        let error = HTTPConnections.failure(error, host: host)
        let failure = Failure.wrap(error, during: "fetching from \(host)")
        event(.failed(id, failure))
        await report(control, failure.code)
    }

    /// Tells the observer of an exchange that was given up.
    func reportIfDropped(_ control: ExchangeControl) async {
        if control.isDropped { await report(control, "transfer.dropped") }
    }

    private func report(_ control: ExchangeControl, _ outcome: String) async {
        guard let attempt = control.finish(outcome: outcome) else { return }
        await observer.attempted(attempt)
    }

    private func request(_ ask: TransferMachine.Ask, _ url: IssuedURL) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.url.text)
        request.headers.add(name: "accept-encoding", value: "identity")
        request.headers.add(name: "user-agent", value: "wherry")
        if let range = ask.range {
            let last = range.upperBound == .max ? "" : "\(range.upperBound - 1)"
            request.headers.add(name: "range", value: "bytes=\(range.lowerBound)-\(last)")
            if let validator = ask.ifRange { request.headers.add(name: "if-range", value: validator) }
        }
        return request
    }
}

extension ResponseHead {
    fileprivate init(_ response: HTTPClientResponse) {
        let headers = response.headers
        self.init(status: Int(response.status.code))
        etag = headers.first(name: "etag")
        lastModified = headers.first(name: "last-modified")
        date = headers.first(name: "date")
        contentLength = headers.first(name: "content-length").flatMap { Int64($0) }
        contentRange = headers.first(name: "content-range")
        contentType = headers.first(name: "content-type")
        contentEncoding = headers.first(name: "content-encoding")
        retryAfter = headers.first(name: "retry-after")
        isFramed = headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() } == ["chunked"]
        crc64 = headers.first(name: "x-cos-hash-crc64ecma").flatMap { UInt64($0) }
    }
}

/// The output did not take bytes: no other connection helps.
private struct OutputFailure: Error {
    var failure: Failure
}
