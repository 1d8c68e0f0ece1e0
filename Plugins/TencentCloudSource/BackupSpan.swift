import QCloudAPI
import WherryCore

/// A span of start times to ask for in one `DescribeInstanceBackups`; both ends count (vendor page 239/20011).
struct BackupSpan: Sendable, Hashable {
    /// The earliest start.
    let begin: Timestamp
    /// The latest start.
    let end: Timestamp

    /// No provider keeps backups for longer (`StorageDays` of `ManualBackupInstance`).
    private static let longestRetention = Duration.seconds(V3ManualBackupInstance.storageDaysRange.upperBound * 86_400)
    /// The time zone of the times is inferred; a day more at both ends covers every other.
    private static let margin = Duration.seconds(86_400)

    /// The spans to ask for, none longer than the 30 days that the provider permits.
    ///
    /// - Returns: a nil element when there is no earliest start: the request then bears no times, and what the provider
    ///   gives by default is all that it has (inferred).
    static func covering(since: Timestamp?, now: Timestamp) -> [BackupSpan?] {
        guard let since else { return [nil] }
        let end = now + margin
        var begin = min(max(since, now - longestRetention), now) - margin
        var spans: [BackupSpan?] = []
        while begin < end {
            let next = min(begin + .seconds(V3DescribeInstanceBackups.longestSpan), end)
            spans.append(BackupSpan(begin: begin, end: next))
            begin = next
        }
        return spans
    }
}
