import WherryCore
import WherryTestSupport
import WherryTransfer

/// Flows below one limit, played through in simulated time.
struct LinkSimulation {
    /// How a flow behaves.
    struct Reader {
        /// When it comes.
        var start: Duration = .zero
        /// When it goes.
        var end: Duration = .seconds(1_000)
        /// How much it asks for at once.
        var chunks: ClosedRange<Int> = 8_192...65_536
        /// How many microseconds it does other things, then.
        var pauses: ClosedRange<Int> = 1...300
    }

    var readers: [Reader]
    var rate: @Sendable (Duration) -> ByteRate?
    var random: SeededRandom
    /// What passed, by reader.
    private(set) var passages: [[Passage]] = []

    init(_ readers: [Reader], seed: UInt64 = 1, rate: @escaping @Sendable (Duration) -> ByteRate?) {
        self.readers = readers
        self.rate = rate
        random = SeededRandom(seed: seed)
    }

    /// Plays from the start until `end`.
    mutating func run(until end: Duration) {
        passages = Array(repeating: [], count: readers.count)
        var queue = BandwidthQueue()
        var flows: [FairShare.FlowID?] = Array(repeating: nil, count: readers.count)
        var asksAt = readers.map { Optional($0.start) }
        var open: [FairShare.Ticket: (reader: Int, bytes: Int)] = [:]
        var wakesAt: Duration?
        while let now = (asksAt.compactMap(\.self) + [wakesAt].compactMap(\.self)).min(), now <= end {
            for (index, reader) in readers.enumerated() where asksAt[index].map({ $0 <= now }) == true {
                asksAt[index] = nil
                if now >= reader.end {
                    if let flow = flows[index] { queue.leave(flow) }
                    continue
                }
                let flow = flows[index] ?? queue.join()
                flows[index] = flow
                let bytes = Int.random(in: reader.chunks, using: &random)
                open[queue.ask(bytes, for: flow)] = (index, bytes)
            }
            let progress = queue.serve(at: now, rate: rate(now))
            for ticket in progress.done {
                guard let (index, bytes) = open.removeValue(forKey: ticket) else { continue }
                passages[index].append(Passage(at: now, bytes: bytes))
                asksAt[index] = now + .microseconds(Int.random(in: readers[index].pauses, using: &random))
            }
            // As the limiter sleeps, and as late as a machine may be.
            let late = Duration.microseconds(Int.random(in: 0...1_500, using: &random))
            wakesAt = progress.wait.map { now + min(max($0, .milliseconds(4)), .seconds(1)) + late }
        }
    }

    /// The bytes of each reader within a stretch of time.
    func bytes(in span: Range<Duration>) -> [Int] {
        passages.map { $0.reduce(0) { span.contains($1.at) ? $0 + $1.bytes : $0 } }
    }

    /// Everything that passed, in order.
    var all: [Passage] { passages.flatMap(\.self).sorted { $0.at < $1.at } }
}
