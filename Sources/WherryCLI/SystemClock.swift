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
}
