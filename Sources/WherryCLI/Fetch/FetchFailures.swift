import Synchronization
import WherryCore

/// How many files failed, and the class of the first.
final class FetchFailures: Sendable {
    private let state = Mutex<(first: FailureClass?, count: Int)>((nil, 0))

    /// A file failed.
    func note(_ failure: Failure) {
        state.withLock { $0 = ($0.first ?? failure.failureClass, $0.count + 1) }
    }

    /// The exit status of so many files in all: 3 when some are there; nil when none failed.
    func exitCode(of files: Int) -> Int32? {
        let (first, count) = state.withLock { $0 }
        return first.map { count == files ? $0.exitCode : 3 }
    }
}
