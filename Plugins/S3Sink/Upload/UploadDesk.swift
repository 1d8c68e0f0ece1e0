import WherryCore
import WherryPluginKit

/// What is done with the uploads of one sink: begun, gone on with, completed, dropped.
///
/// Every step is written down before it is taken.
struct UploadDesk: Sendable {
    /// An upload that parts can be sent to.
    struct Open: Sendable {
        var note: UploadNote
        var uploadID: String
        /// The parts that both the store and the catalog know, by number.
        var known: [Int: PartNote] = [:]
    }

    /// What an earlier delivery of the same object left.
    enum Legacy: Sendable {
        /// Nothing to go on with.
        case nothing
        /// An upload that some parts are in already.
        case open(Open)
        /// The object itself.
        case stored(UploadNote, StoredContent)
    }

    let client: StoreClient
    let book: UploadBook
    let settings: UploadSettings
    let clock: any WallClock
    let random: @Sendable () -> UInt64

    /// Finds out what is left of an earlier delivery, and brings to its end what can be.
    func legacy(of key: String) async throws -> Legacy {
        var found = Legacy.nothing
        for note in try await book.uploads(of: key) {
            // Of several, which there never should be, only the first is gone on with.
            if case .nothing = found { found = try await legacy(of: note) } else { try await drop(note) }
        }
        return found
    }

    /// Starts an upload.
    func open(_ key: String, sizes: PartSizes) async throws -> Open {
        let now = clock.now
        var note = UploadNote(
            key: key,
            stage: .opening,
            token: token(),
            partSize: sizes.base,
            isGrowing: sizes.isGrowing,
            hasChecksums: false,
            startedAt: now
        )
        try await book.write(note)
        let headers = settings.headers(token: note.token, now: now)
        let answer: (uploadID: String, hasChecksums: Bool)
        do {
            answer = try await create(key, headers: headers)
        } catch let failure as Failure where !failure.failureClass.isRetryable {
            // Refused: there is no upload. After anything else there may be one, so the note stays.
            try await book.forget(note)
            throw failure
        }
        note.stage = .open
        note.uploadID = answer.uploadID
        note.hasChecksums = answer.hasChecksums
        try await book.write(note)
        return Open(note: note, uploadID: answer.uploadID)
    }

    /// Starts an upload with checksums where the store knows them.
    private func create(
        _ key: String,
        headers: [(name: String, value: String)]
    ) async throws -> (uploadID: String, hasChecksums: Bool) {
        let unable = ["s3.refused-request", "s3.not-implemented"]
        do {
            return try await client.create(key, headers: headers, withChecksums: settings.usesChecksums)
        } catch let failure as Failure where settings.usesChecksums && unable.contains(failure.code) {
            return try await client.create(key, headers: headers, withChecksums: false)
        }
    }

    /// Uploads a part and writes it down, unless the store has it already.
    func upload(_ part: UploadPart, to open: Open) async throws {
        let digest = Hexadecimal.text(part.digest)
        if let known = open.known[part.number], known.sha256 == digest, known.size == Int64(part.size) { return }
        let etag = try await client.upload(
            part,
            to: open.note,
            uploadID: open.uploadID,
            headers: settings.headers(of: part, isAlone: false)
        )
        let note = PartNote(etag: etag, size: Int64(part.size), sha256: digest, at: clock.now)
        try await book.write(note, number: part.number, of: open.note)
    }

    /// Has the object made of the parts, now that every byte is verified.
    func complete(_ open: Open, content: StoredContent) async throws {
        try await trim(open.note, to: content.storedSize)
        var note = open.note
        note.content = content
        note.stage = .completing
        try await book.write(note)
        guard try await settle(note, uploadID: open.uploadID, wasAsked: false) else {
            throw Failure(
                .transient,
                code: "s3.no-upload",
                "The store lost the upload of \(client.address.location(note.key)) before it was an object.",
                remedy: "Run again: the file is uploaded anew."
            )
        }
    }

    /// Stores a file that fits into one part.
    func put(_ part: UploadPart, at key: String, sha256: SHA256Digest) async throws {
        let headers = settings.headers(token: token(), sha256: sha256, now: clock.now)
        let unable = ["s3.refused-request", "s3.not-implemented"]
        do {
            try await client.put(part, at: key, headers: headers + settings.headers(of: part, isAlone: true))
        } catch let failure as Failure where settings.usesChecksums && unable.contains(failure.code) {
            var plain = settings
            plain.usesChecksums = false
            try await client.put(part, at: key, headers: headers + plain.headers(of: part, isAlone: true))
        }
    }

    /// Drops an upload for which Complete was never sent, with its note.
    func drop(_ note: UploadNote) async throws {
        if let uploadID = note.uploadID {
            try await client.abort(note.key, uploadID: uploadID)
        } else {
            try await dropStrays(of: note.key)
        }
        try await book.forget(note)
    }

    /// Forgets parts behind the last one of these bytes: an earlier delivery may have had more of them.
    ///
    /// - Throws: ``Failure`` `s3.parts-lost` when the parts are not so many bytes; the upload is dropped then.
    private func trim(_ note: UploadNote, to size: Int64) async throws {
        let parts = try await book.parts(of: note)
        var (end, last) = (Int64(0), 0)
        while end < size || last == 0, let next = parts[last + 1] { (end, last) = (end + next.size, last + 1) }
        guard end == size else {
            try await drop(note)
            throw Failure(
                .transient,
                code: "s3.parts-lost",
                "The parts of \(client.address.location(note.key)) have \(end) bytes of \(size).",
                remedy: "Run again: the file is uploaded anew."
            )
        }
        for number in parts.keys where number > last { try await book.forgetPart(number, of: note) }
    }

    // MARK: - Steps

    private func legacy(of note: UploadNote) async throws -> Legacy {
        switch note.stage {
        case .opening:
            try await drop(note)
        case .open:
            guard let uploadID = note.uploadID else { break }
            if let held = try await client.parts(of: note.key, uploadID: uploadID) {
                let known = try await book.parts(of: note).filter { number, part in
                    held[number].map { $0.size == part.size && Self.same($0.etag, part.etag) } ?? false
                }
                return .open(Open(note: note, uploadID: uploadID, known: known))
            }
            try await book.forget(note)
        case .completing:
            guard let uploadID = note.uploadID, let content = note.content else { break }
            if try await settle(note, uploadID: uploadID, wasAsked: true) { return .stored(note, content) }
        case .stored:
            if let content = note.content, case .ours = await sight(of: note) { return .stored(note, content) }
            try await book.forget(note)
        }
        return .nothing
    }

    /// Brings an upload to its end, see ``Completion``.
    ///
    /// - Returns: false when the upload is gone and has to be begun anew.
    private func settle(_ note: UploadNote, uploadID: String, wasAsked: Bool) async throws -> Bool {
        let parts = try await book.parts(of: note).sorted { $0.key < $1.key }.map { (number: $0.key, part: $0.value) }
        var completion = Completion(wasAsked: wasAsked)
        var pause = RetryPause(tries: 6)
        var step = completion.first
        while true {
            switch step {
            case .complete:
                let answer = try await ask(note, uploadID: uploadID, parts: parts)
                if case .unclear(let failure) = answer, let wait = pause.next(after: failure, random: random()) {
                    try await Task.sleep(for: wait)
                }
                step = completion.answered(answer)
            case .look:
                step = completion.looked(await sight(of: note))
            case .done:
                var done = note
                done.stage = .stored
                try await book.write(done)
                return true
            case .lost:
                try await book.forget(note)
                return false
            case .abort(let failure):
                try await client.abort(note.key, uploadID: uploadID)
                try await book.forget(note)
                throw failure
            case .giveUp(let failure):
                throw failure
            }
        }
    }

    private func ask(
        _ note: UploadNote,
        uploadID: String,
        parts: [(number: Int, part: PartNote)]
    ) async throws -> Completion.Answer {
        do {
            try await client.complete(note, uploadID: uploadID, parts: parts)
            return .stored
        } catch let failure as Failure {
            switch failure.code {
            case "s3.not-as-sent":
                try await book.forget(note)
                throw failure
            case _ where failure.failureClass == .authentication: throw failure
            case "s3.no-upload", "s3.no-object": return .gone(failure)
            case "s3.unreadable": return .unclear(failure)
            case "s3.parts-lost": return .refused(failure)
            default: return failure.failureClass.isRetryable ? .unclear(failure) : .refused(failure)
            }
        }
    }

    /// Whether the object is the one that this upload was to make.
    func sight(of note: UploadNote) async -> Completion.Sight {
        do {
            guard let object = try await client.look(at: note.key) else { return .notOurs }
            return object.token == note.token && object.size == note.content?.storedSize ? .ours : .notOurs
        } catch {
            return .unknown(Failure.wrap(error, during: "looking at \(client.address.location(note.key))"))
        }
    }

    /// Drops every upload of an object that one was asked for whose id never came back.
    private func dropStrays(of key: String) async throws {
        for upload in try await client.uploads(under: key) where upload.key == key {
            try await client.abort(key, uploadID: upload.uploadID)
        }
    }

    private func token() -> String {
        [random(), random()].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static func same(_ left: String, _ right: String) -> Bool {
        left.filter { $0 != "\"" } == right.filter { $0 != "\"" }
    }
}
