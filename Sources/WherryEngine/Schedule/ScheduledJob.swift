package import WherryCore

/// A job that runs by itself.
package struct ScheduledJob: Sendable, Hashable {
    /// The job.
    package var name: JobName
    /// When it is due.
    package var schedule: JobSchedule
    /// It starts so much later, at most: the same time each time, other times for other jobs and catalogs.
    package var splay: Duration
    /// Whether what was missed while nobody kept time is made up for, once.
    package var catchesUp: Bool
    /// How often it is tried again when it fails, before it waits for its next time.
    package var retries: Int

    /// A scheduled job.
    package init(
        name: JobName,
        schedule: JobSchedule,
        splay: Duration = .zero,
        catchesUp: Bool = true,
        retries: Int = 3
    ) {
        self.name = name
        self.schedule = schedule
        self.splay = splay
        self.catchesUp = catchesUp
        self.retries = retries
    }

    /// How much later than its schedule says it starts, at least zero and at most its splay.
    ///
    /// - Parameter seed: another one for each catalog, so that many hosts with one configuration do not all start at once.
    package func delay(seed: UInt64) -> Duration {
        let most = UInt64(max(0, splay.wholeSeconds))
        guard most > 0 else { return .zero }
        return .seconds(Int64(Self.hash(name.rawValue, seed: seed) % (most + 1)))
    }

    /// FNV-1a, 64 bits, then mixed so that low bits are as good as high ones.
    package static func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 33
        hash = hash &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ hash >> 33
    }
}
