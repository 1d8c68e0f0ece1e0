package import WherryCore

/// What happens during a run, for progress bars and log lines.
package enum RunEvent: Sendable {
    /// An earlier run had died; its rows are in order again.
    case recovered(runs: Int)
    /// A job is planned.
    case planned(Plan)
    /// A delivery starts.
    case started(Backup.Key, SinkName)
    /// So many more bytes of a file came (negative: thrown away); `total` is the file's size when known.
    case received(label: String, bytes: Int64, total: Int64?)
    /// So many bytes of a file were there before: nothing was fetched for them. Told in place of ``received(label:bytes:total:)``.
    case adopted(label: String, bytes: Int64, total: Int64?)
    /// A delivery is done; an emitted one counts only once the run is finished.
    case delivered(Backup.Key, SinkName, Receipt)
    /// A delivery is given up.
    case failed(Backup.Key, SinkName, Failure)
    /// A copy that its sink does not keep any more was removed.
    case removed(Backup.Key, SinkName)
    /// A whole job, or a sink, is given up.
    case abandoned(String, Failure)
}

/// Told what happens during a run.
///
/// Called from many tasks; must not block.
package protocol RunObserver: Sendable {
    /// Something happened.
    func observe(_ event: RunEvent)
}
