import Foundation
import Synchronization
package import WherryCore

/// A time of day that tests set.
///
/// It runs with the machine's clock, shifted by an offset.
package final class TestClock: WallClock {
    private let offset = Mutex<Int64>(0)

    /// A clock that shows the machine's time.
    package init() {}

    /// The shifted time.
    package var now: Timestamp {
        Timestamp(seconds: Int64(Date().timeIntervalSince1970.rounded(.down)) + offset.withLock { $0 })
    }

    /// Moves it.
    package func advance(by duration: Duration) { offset.withLock { $0 += duration.wholeSeconds } }
}
