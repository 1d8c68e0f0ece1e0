import Testing
import WherryCore

@testable import WherryTransfer

/// The machine alone, against a server that is made of dice.
@Suite
struct TransferMachineTests {
    /// Any sequence of events ends, and it is never called whole while a byte is missing.
    @Test(arguments: 1...300)
    func endsWhateverHappens(_ seed: UInt64) {
        var world = DiceWorld(seed)
        world.run()
        #expect(world.isOver, "seed \(seed)")
        #expect(world.verifiedMissing == 0, "seed \(seed)")
        #expect(world.mostAsking <= world.connections, "seed \(seed)")
        #expect(!world.askedBeforeGrant, "seed \(seed)")
        #expect(!world.claimedTwice, "seed \(seed)")
    }

    /// While the server refuses, it is asked once a second at most; but a URL that it refuses is replaced at once.
    @Test(
        arguments: [1, 4, 16],
        [(403, 3), (404, 3), (408, 5), (429, 5), (500, 5), (503, 5), (302, 3), (418, 3)]
    )
    func asksARefusingServerOnceASecond(_ connections: Int, _ answer: (status: Int, asks: Int)) {
        let status = answer.status
        var settings = TransferSettings()
        settings.connections = connections
        settings.isAdaptive = false
        var machine = TransferMachine(
            settings: settings,
            expectedSize: 100 << 20,
            names: TransferNames(file: "dump.rdb"),
            random: { 1 }
        )
        var now = Duration.zero
        var asked: [Duration] = []
        var generation = 0
        var pending = machine.start()
        while let action = pending.first {
            pending.removeFirst()
            switch action {
            case .obtain:
                let grant = TransferMachine.Grant(generation: generation, remaining: .seconds(60), life: .seconds(60))
                generation += 1
                pending += machine.handle(.granted(grant), at: now)
            case .ask(let ask):
                asked.append(now)
                pending += machine.handle(.head(ask.id, ResponseHead(status: status)), at: now)
            case .wake(let time):
                now = max(now, time)
                pending += machine.handle(.tick, at: now)
            default: break
            }
        }
        #expect(asked.count == answer.asks)
        let waits = zip(asked, asked.dropFirst()).map { $1 - $0 }.dropFirst(status == 403 || status == 404 ? 1 : 0)
        #expect(waits.allSatisfy { $0 >= .seconds(1) }, "\(waits)")
        #expect(machine.phase == .over)
    }

    /// The whole of a body without a length is there when its end was marked; else something must prove it.
    @Test(arguments: [true, false])
    func aMarkedEndProvesTheLength(_ isFramed: Bool) throws {
        var machine = TransferMachine(
            settings: TransferSettings(),
            expectedSize: nil,
            names: TransferNames(file: "dump.rdb"),
            random: { 1 }
        )
        _ = machine.start()
        let grant = TransferMachine.Grant(generation: 0, remaining: .seconds(60), life: .seconds(60))
        let asked = machine.handle(.granted(grant), at: .zero).compactMap { action in
            if case .ask(let ask) = action { ask } else { nil }
        }
        let id = try #require(asked.first).id
        var head = ResponseHead(status: 200)
        head.isFramed = isFramed
        _ = machine.handle(.head(id, head), at: .zero)
        _ = machine.handle(.wrote(id, 0..<1_000), at: .zero)
        #expect(machine.handle(.ended(id), at: .zero).contains(.verify))
        #expect(machine.lengthIsProven == isFramed)
    }
}

/// A server, a lease and a disk that throw dice.
private struct DiceWorld {
    let connections: Int
    private(set) var isOver = false
    private(set) var verifiedMissing: Int64 = 0
    private(set) var mostAsking = 0
    private(set) var askedBeforeGrant = false
    /// Whether two requests were to bring the same byte.
    private(set) var claimedTwice = false
    private var machine: TransferMachine
    private var dice: Lehmer
    private let size: Int64
    private var generation = -1
    private var now = Duration.zero
    private var open: [ExchangeID: (ask: TransferMachine.Ask, position: Int64, end: Int64, isReceiving: Bool)] = [:]
    private var wakes: [Duration] = []
    private var etag = 1

    init(_ seed: UInt64) {
        dice = Lehmer(seed)
        connections = [1, 2, 4, 16][dice.next(4)]
        size = Int64(1 + dice.next(40 << 20))
        var settings = TransferSettings()
        settings.connections = connections
        settings.isAdaptive = dice.next(2) == 0
        settings.isOrdered = dice.next(6) == 0
        machine = TransferMachine(
            settings: settings,
            expectedSize: dice.next(2) == 0 ? size : nil,
            names: TransferNames(file: "dump.rdb"),
            random: { 7 }
        )
    }

    mutating func run() {
        var actions = machine.start()
        for _ in 0..<20_000 where !isOver {
            for action in actions { perform(action) }
            mostAsking = max(mostAsking, open.count)
            actions = isOver ? [] : machine.handle(event(), at: now)
            let claims = machine.plan.claims.values.filter { $0.position < $0.end }.sorted { $0.position < $1.position }
            if zip(claims, claims.dropFirst()).contains(where: { $0.end > $1.position }) { claimedTwice = true }
        }
    }

    private var queued: [TransferMachine.Event] = []

    private mutating func perform(_ action: TransferMachine.Action) {
        switch action {
        case .obtain:
            generation += 1
            let grant = TransferMachine.Grant(generation: generation, remaining: .seconds(9), life: .seconds(9))
            queued.append(dice.next(20) == 0 ? .notGranted(failure(.transient)) : .granted(grant))
        case .ask(let ask):
            if generation < 0 { askedBeforeGrant = true }
            open[ask.id] = (ask, ask.range?.lowerBound ?? 0, ask.range?.upperBound ?? size, false)
        case .receive(let id, let body, let end):
            open[id]?.isReceiving = true
            open[id]?.position = body.lowerBound
            open[id]?.end = min(end, size)
        case .stop(let id, let end): open[id]?.end = end
        case .readPage(let id): queued.append(.page(id, saysExpired: dice.next(2) == 0))
        case .drop(let id): open[id] = nil
        case .wake(let time): wakes.append(time)
        case .verify:
            verifiedMissing = machine.plan.missing ?? 0
            queued.append(dice.next(4) == 0 ? .notVerified(failure(.corrupt)) : .verified)
            if case .verified? = queued.last { isOver = true }
        case .fail: isOver = true
        case .startOver, .journal: break
        }
    }

    private mutating func event() -> TransferMachine.Event {
        if !queued.isEmpty { return queued.removeFirst() }
        now += .milliseconds(dice.next(40))
        guard let id = open.keys.sorted().dropFirst(dice.next(max(1, open.count))).first, let exchange = open[id] else {
            now = max(now, wakes.min() ?? now)
            wakes.removeAll { $0 <= now }
            return .tick
        }
        switch dice.next(500) {
        case 0: return .damaged
        case 1: return .diskFailed(failure(.exhausted))
        case 2..<20: return .held(id, .milliseconds(dice.next(900)))
        case 20..<50: return .came(id, 1 + dice.next(4_096), busy: .milliseconds(dice.next(20)))
        case 50..<60 where !exchange.isReceiving:
            open[id] = nil
            return .noConnection(id)
        default: break
        }
        if dice.next(12) == 0 {
            open[id] = nil
            return .failed(id, failure(dice.next(5) == 0 ? .corrupt : .transient))
        }
        guard exchange.isReceiving else { return .head(id, head(exchange.ask)) }
        guard exchange.position < exchange.end else {
            open[id] = nil
            return dice.next(2) == 0 ? .ended(id) : .reachedEnd(id)
        }
        let count = min(exchange.end - exchange.position, Int64(1 + dice.next(2 << 20)))
        open[id]?.position += count
        return .wrote(id, exchange.position..<exchange.position + count)
    }

    private mutating func head(_ ask: TransferMachine.Ask) -> ResponseHead {
        if dice.next(60) == 0 { etag += 1 }
        let odd = dice.next(30)
        if odd == 0 { return ResponseHead(status: [403, 404, 416, 500, 503, 302][dice.next(6)]) }
        var head = ResponseHead(status: ask.range == nil || odd == 1 ? 200 : 206)
        head.etag = "\"\(etag)\""
        if let range = ask.range, head.status == 206 {
            let end = min(range.upperBound, size)
            head.contentRange = "bytes \(range.lowerBound)-\(end - 1)/\(size)"
            head.contentLength = end - range.lowerBound
        } else {
            head.contentLength = size
        }
        return head
    }

    private func failure(_ failureClass: FailureClass) -> Failure {
        Failure(failureClass, code: "transfer.wrong-digest", "The dice said so.")
    }
}
