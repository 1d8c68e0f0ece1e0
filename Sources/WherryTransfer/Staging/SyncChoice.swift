/// Judges whether many files of one file system are made durable by one call for all of it, or one by one.
///
/// One call is cheaper by far when only these files are new. It waits for whatever others have written too: where that
/// turns out to be much, files are synced one by one for a while.
struct SyncChoice: Sendable {
    /// Fewer files are not worth it.
    static let fewest = 4
    /// What one file may cost at most, in seconds: a slow disk's fsync.
    private static let allowance = 0.02
    private static let longestPause = 1_024

    private var pause = 32
    private var left = 0

    /// Whether the next batch of so many files is synced by one call.
    mutating func syncsTogether(_ files: Int) -> Bool {
        guard left == 0 else {
            left -= 1
            return false
        }
        return files >= Self.fewest
    }

    /// The call for so many files took so long, in seconds; nil when it could not vouch for them.
    mutating func took(_ seconds: Double?, for files: Int) {
        if let seconds, seconds <= Self.allowance * Double(files) {
            pause = 32
            return
        }
        left = pause
        pause = min(2 * pause, Self.longestPause)
    }
}
