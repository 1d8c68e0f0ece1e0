import WherryCore

/// Decides who fetches a backup's files when several sinks want them: each file once, whatever the sinks' pace.
///
/// A sink that wants a file on a disk is served first: its download runs at full speed, and the others read what it
/// wrote, each at its own pace, while it grows or later. Where nobody writes to a disk all begin together, after a short
/// wait for those who are not there yet; who comes later is served by another download.
///
/// Time is seconds since any moment.
struct FanOutPlan: Sendable {
    /// What a sink wants of a file.
    enum Wish: Sendable, Hashable {
        /// The file under a name on a disk.
        case file
        /// Its bytes, once and in order.
        case bytes
    }

    /// What is to be done now.
    enum Action: Sendable, Hashable {
        /// This sink downloads the file to its disk; others follow.
        case copy(file: Int, leader: SinkName)
        /// This sink is served from what another one wrote or is writing.
        case follow(file: Int, SinkName)
        /// One download whose bytes all these get at once.
        case broadcast(file: Int, to: [SinkName])
        /// Call ``tick(at:)`` then.
        case wake(at: Double)
    }

    private struct File: Sendable {
        var waiting: [(sink: SinkName, wish: Wish)] = []
        /// Who has it, and is not waited for.
        var served: Set<SinkName> = []
        var since: Double?
        var hasCopy = false
        /// How many downloads are under way whose bytes go to several.
        var broadcasts = 0
    }

    /// How long those who are there wait for those who are not, in seconds.
    let patience: Double
    /// The sinks whose deliveries are under way.
    private var present: Set<SinkName>
    /// Those that were waited for in vain: nobody waits for them again.
    private(set) var stragglers: Set<SinkName>
    private var files: [Int: File] = [:]

    /// A plan for these sinks.
    init(sinks: Set<SinkName>, stragglers: Set<SinkName> = [], patience: Double = 10) {
        present = sinks
        self.stragglers = stragglers
        self.patience = patience
    }

    /// A sink asks for a file.
    mutating func join(_ sink: SinkName, file: Int, wish: Wish, at now: Double) -> [Action] {
        stragglers.remove(sink)
        if files[file]?.hasCopy == true { return [.follow(file: file, sink)] }
        var entry = files[file] ?? File()
        if entry.waiting.isEmpty { entry.since = now }
        entry.waiting.append((sink, wish))
        files[file] = entry
        return decide(file, at: now)
    }

    /// A sink no longer waits for a file.
    mutating func withdraw(_ sink: SinkName, file: Int, at now: Double) -> [Action] {
        files[file]?.waiting.removeAll { $0.sink == sink }
        return decide(file, at: now)
    }

    /// A sink has a file, or failed to take it.
    mutating func served(_ sink: SinkName, file: Int, at now: Double) -> [Action] {
        files[file, default: File()].served.insert(sink)
        return decide(file, at: now)
    }

    /// A sink's delivery is over.
    mutating func leave(_ sink: SinkName, at now: Double) -> [Action] {
        present.remove(sink)
        return files.keys.sorted().flatMap { decide($0, at: now) }
    }

    /// A download to a disk is over; where it failed, there is nothing left to follow.
    mutating func copyEnded(file: Int, isThere: Bool, at now: Double) -> [Action] {
        files[file]?.hasCopy = isThere
        return decide(file, at: now)
    }

    /// A download whose bytes went to several is over.
    mutating func broadcastEnded(file: Int, at now: Double) -> [Action] {
        files[file]?.broadcasts -= 1
        return decide(file, at: now)
    }

    /// Time has passed.
    mutating func tick(at now: Double) -> [Action] { files.keys.sorted().flatMap { decide($0, at: now) } }

    private mutating func decide(_ number: Int, at now: Double) -> [Action] {
        guard var file = files[number], !file.waiting.isEmpty else { return [] }
        defer { files[number] = file }
        if let leader = file.waiting.first(where: { $0.wish == .file })?.sink {
            let others = file.waiting.filter { $0.sink != leader }
            file.waiting = []
            file.hasCopy = true
            return [.copy(file: number, leader: leader)] + others.map { .follow(file: number, $0.sink) }
        }
        let there = Set(file.waiting.map(\.sink))
        let missing = present.subtracting(there).subtracting(file.served).subtracting(stragglers)
        let deadline = (file.since ?? now) + patience
        // Who comes late waits for those that a download is under way for no longer than for anybody.
        guard missing.isEmpty && file.broadcasts == 0 || now >= deadline else { return [.wake(at: deadline)] }
        stragglers.formUnion(missing)
        let all = file.waiting.map(\.sink)
        file.waiting = []
        file.broadcasts += 1
        return [.broadcast(file: number, to: all)]
    }
}
