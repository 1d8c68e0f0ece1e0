import Synchronization
import WherryCore
import WherryEngine

/// Progress bars on a terminal: one line a file that is being fetched, one for all of it.
final class ProgressBoard: Sendable {
    private struct File {
        var received: Int64 = 0
        /// How much of that was there before: no time went into it.
        var adopted: Int64 = 0
        var total: Int64?
        var started = ContinuousClock.now
    }

    private struct State {
        var files: [String: File] = [:]
        var order: [String] = []
        var deliveries = 0
        var done = 0
        var received: Int64 = 0
        var adopted: Int64 = 0
        var drawn = 0
        var started = ContinuousClock.now
    }

    private static let mostLines = 6
    private let state = Mutex(State())
    private let terminal = Terminal.error

    func expect(_ plan: Plan) { state.withLock { $0.deliveries += plan.deliveries } }

    func started(_ key: Backup.Key) {}

    func received(_ bytes: Int64, of label: String, total: Int64?) {
        state.withLock { state in
            if state.files[label] == nil { state.order.append(label) }
            state.files[label, default: File()].received += bytes
            if let total { state.files[label]?.total = total }
            state.received += bytes
        }
    }

    func adopted(_ bytes: Int64, of label: String, total: Int64?) {
        received(bytes, of: label, total: total)
        state.withLock { state in
            state.files[label]?.adopted += bytes
            state.adopted += bytes
        }
    }

    func ended(_ key: Backup.Key) {
        state.withLock { state in
            state.done += 1
            state.order.removeAll { $0 == key.description || $0.hasPrefix(key.description + "#") }
            for label in state.files.keys where !state.order.contains(label) { state.files[label] = nil }
        }
    }

    /// Draws the bars anew over the old ones.
    func draw() { state.withLock { if $0.deliveries > 0 { redraw(&$0) } } }

    /// Takes the bars away.
    func clear() { state.withLock { erase(&$0) } }

    /// Prints something above the bars.
    func interrupted(by body: () -> Void) {
        state.withLock { state in
            erase(&state)
            body()
            if state.deliveries > 0 { redraw(&state) }
        }
    }

    private func erase(_ state: inout State) {
        guard state.drawn > 0 else { return }
        terminal.write("\u{1B}[\(state.drawn)A\u{1B}[J")
        state.drawn = 0
    }

    private func redraw(_ state: inout State) {
        var lines = state.order.prefix(Self.mostLines).compactMap { label in
            state.files[label].map { line(label, $0) }
        }
        if state.order.count > Self.mostLines { lines.append("  … and \(state.order.count - Self.mostLines) more") }
        lines.append(totalLine(state))
        let width = terminal.width - 1
        erase(&state)
        terminal.write(lines.map { String($0.prefix(width)) + "\n" }.joined())
        state.drawn = lines.count
    }

    private func line(_ label: String, _ file: File) -> String {
        guard let total = file.total, total > 0 else {
            return "  \(Terminal.harmless(label))  \(ByteCount(file.received))"
        }
        let share = min(1, Double(file.received) / Double(total))
        let seconds = (ContinuousClock.now - file.started).fractionalSeconds
        let fresh = file.received - min(file.adopted, max(0, file.received))
        let rate = Double(fresh) / max(seconds, 0.001)
        let left =
            seconds > 1 && share > 0.01 && share < 1 && rate > 0
            ? ", \(Int(Double(total - file.received) / rate) + 1) s left" : ""
        return "  \(Self.bar(share)) \(Int(share * 100))%  \(ByteCount(file.received)) of \(ByteCount(total))\(left)  "
            + Terminal.harmless(label)
    }

    private func totalLine(_ state: State) -> String {
        let seconds = (ContinuousClock.now - state.started).fractionalSeconds
        let rate = seconds > 0.2 ? Int64(Double(max(0, state.received - state.adopted)) / seconds) : 0
        let share = state.deliveries == 0 ? 0 : Double(state.done) / Double(state.deliveries)
        let rest = share > 0.02 && share < 1 ? ", about \(Int(seconds / share - seconds) + 1) s left" : ""
        return "\(Self.bar(share)) \(state.done) of \(state.deliveries) deliveries, "
            + "\(ByteCount(state.received)) at \(ByteCount(rate))/s\(rest)"
    }

    private static func bar(_ share: Double) -> String {
        let full = Int(share * 20)
        return "[" + String(repeating: "━", count: full) + String(repeating: "·", count: 20 - full) + "]"
    }
}
