import WherryCore
import WherryPluginKit

/// What an earlier process left of a file: its note, and which bytes of it can be trusted.
struct Leftover: Sendable {
    var journal: TransferJournal?
    var done = ByteRanges()

    /// Looks for what is left of `file`.
    static func find(of file: ResolvedFile, in staged: StagedFile, _ journal: JournalFile) async -> Leftover {
        let note = try? await onThread { journal.read() }
        guard let note, note.object == file.label else { return Leftover() }
        if let size = file.file.size, size.bytes != note.identity.size { return Leftover(journal: note) }
        let done = note.trusted(on: JournalFile.boot)
        // Somebody may have removed or replaced the file that the note is about.
        let isThere = (done.ranges.last?.upperBound ?? 0) <= staged.size
        return Leftover(journal: note, done: isThere ? done : ByteRanges())
    }
}
