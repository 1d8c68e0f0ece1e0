import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The machine's own time of day.
struct SystemClock: WallClock {
    var now: Timestamp { Timestamp(seconds: Int64(time(nil))) }

    /// The current moment, in milliseconds since 1970-01-01T00:00:00Z.
    static var milliseconds: Int64 {
        var now = timespec()
        // It fails for clocks that there are not, and this one is everywhere.
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}
