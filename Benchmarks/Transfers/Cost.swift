import Foundation

/// What a child process cost.
struct Cost {
    /// From its start to its end.
    var wall = Duration.zero
    /// User and system time of it and the children it waited for.
    var cpu = Duration.zero
    /// Its largest resident set in bytes.
    ///
    /// The kernel counts from the start, so none is smaller than the bench's own.
    var peak = 0

    init() {}

    init(wall: Duration, usage: rusage) {
        self.wall = wall
        cpu = Duration(usage.ru_utime) + Duration(usage.ru_stime)
        peak = usage.ru_maxrss * 1024
    }
}

extension Duration {
    init(_ time: timeval) {
        self = .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }

    var seconds: Double { self / .seconds(1) }
}

extension Array where Element: Comparable {
    /// The middle one, the lower of two.
    var median: Element? { isEmpty ? nil : sorted()[(count - 1) / 2] }
}
