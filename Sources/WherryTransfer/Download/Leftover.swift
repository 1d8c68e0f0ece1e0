import WherryCore
import WherryPluginKit

/// What an earlier process left of a file: its note, and which bytes of it can be trusted.
struct Leftover: Sendable {
    var journal: TransferJournal?
    var done = ByteRanges()

    /// Looks for what is left of `file`, and throws away what cannot be gone on with.
    ///
    /// Blocks.
    static func claim(of file: ResolvedFile, in staged: StagedFile, _ journal: JournalFile) throws -> Leftover {
        let left = find(of: file, in: staged, journal)
        if left.done.isEmpty {
            // The old note goes first: it must never be found beside new bytes.
            journal.remove()
            try staged.startOver()
        }
        return left
    }

    private static func find(of file: ResolvedFile, in staged: StagedFile, _ journal: JournalFile) -> Leftover {
        let note = journal.read()
        guard let note, note.object == file.label else { return Leftover() }
        if let size = file.file.size, size.bytes != note.identity.size { return Leftover(journal: note) }
        let done = note.trusted(on: JournalFile.boot)
        // Somebody may have removed or replaced the file that the note is about.
        let isThere = (done.ranges.last?.upperBound ?? 0) <= staged.size
        return Leftover(journal: note, done: isThere ? done : ByteRanges())
    }
}
