import WherryCore

/// Removes what deliveries that never came to their end have left: uploads with their parts, which cost room and money
/// and which nobody sees in a listing of objects.
///
/// It touches no upload but those of keys that this sink has a note of, so none of another program, whatever the
/// bucket is used for besides. An upload whose note is lost with its catalog stays: rules of the bucket are for those.
struct UploadSweep: Sendable {
    let desk: UploadDesk
    let prefix: String

    /// Sweeps; nothing is being uploaded meanwhile.
    ///
    /// - Returns: a line for each upload that was dropped.
    func carryOut(age: Duration) async throws -> [String] {
        let limit = desk.clock.now - age
        var due: [UploadNote] = []
        for note in try await desk.book.all() where try await touched(note) <= limit { due.append(note) }
        guard !due.isEmpty else { return [] }
        let listed = try await desk.client.uploads(under: prefix)
        var dropped: [String] = []
        for note in due {
            switch note.stage {
            case .stored:
                // The object is there; only the rest of its backup is missing.
                try await desk.book.forget(note)
                continue
            case .completing:
                switch await desk.sight(of: note) {
                case .ours:
                    try await desk.book.forget(note)
                    continue
                case .unknown(let failure): throw failure
                case .notOurs: break
                }
            case .opening, .open: break
            }
            // Those of this key whose answer was lost are ours too.
            var ids = listed.filter { $0.key == note.key }.map(\.uploadID)
            if let id = note.uploadID, !ids.contains(id) { ids.append(id) }
            for id in ids { try await desk.client.abort(note.key, uploadID: id) }
            try await desk.book.forget(note)
            guard !ids.isEmpty else { continue }
            dropped.append("\(desk.client.address.location(note.key)), started \(note.startedAt)")
        }
        return dropped
    }

    /// When something last happened to an upload.
    private func touched(_ note: UploadNote) async throws -> Timestamp {
        let parts = try await desk.book.parts(of: note).values.map(\.at)
        return max(note.startedAt, parts.max() ?? note.startedAt)
    }
}
