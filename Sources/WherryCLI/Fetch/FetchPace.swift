/// How many files `wherry fetch` has under way: so many come over the network, and some more are made durable meanwhile.
///
/// Disks make many files durable in little more time than one, so files that are whole wait for each other and not for
/// the network. Pure.
struct FetchPace {
    /// Where a file is.
    enum Event: Sendable, Equatable {
        /// All its bytes are there.
        case verified
        /// It is durable, or given up; `wasVerified` as told before.
        case ended(wasVerified: Bool)
    }

    private let jobs: Int
    private let unpublished: Int
    private var loading = 0
    private var publishing = 0

    /// - Parameters:
    ///   - jobs: how many files come over the network at a time, at least 1.
    ///   - unpublished: how many more may wait for the disk; each holds a descriptor.
    init(jobs: Int, unpublished: Int = 112) {
        self.jobs = jobs
        self.unpublished = unpublished
    }

    /// Whether another file may begin.
    var hasRoom: Bool { loading < jobs && publishing < unpublished }

    /// Whether nothing is under way.
    var isIdle: Bool { loading == 0 && publishing == 0 }

    /// A file begins.
    mutating func begin() { loading += 1 }

    /// A file is somewhere else.
    mutating func note(_ event: Event) {
        switch event {
        case .verified:
            loading -= 1
            publishing += 1
        case .ended(true): publishing -= 1
        case .ended(false): loading -= 1
        }
    }
}
