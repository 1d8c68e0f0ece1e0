import Synchronization
import WherryCore

/// One line on a terminal: how far all files together are.
final class FetchBoard: Sendable {
    private struct State {
        var received: Int64 = 0
        /// How much of that was there before: no time went into it.
        var adopted: Int64 = 0
        /// The size of a file, for where there is but one.
        var total: Int64?
        var ended = 0
        var isDrawn = false
        let began = ContinuousClock.now
    }

    private let state = Mutex(State())

    func received(_ bytes: Int64, total: Int64?) {
        state.withLock { state in
            state.received += bytes
            // Who begins anew throws it away, too.
            state.adopted = min(state.adopted, max(0, state.received))
            state.total = state.total ?? total
        }
    }

    func adopted(_ bytes: Int64, total: Int64?) {
        received(bytes, total: total)
        state.withLock { $0.adopted += bytes }
    }

    func ended() { state.withLock { $0.ended += 1 } }

    /// Draws the line over the old one.
    func draw(of files: Int) {
        state.withLock { state in
            Self.erase(&state)
            let seconds = (ContinuousClock.now - state.began).fractionalSeconds
            let rate = seconds > 0.2 ? Double(max(0, state.received - state.adopted)) / seconds : 0
            var text = "\(ByteCount(max(0, state.received)))"
            if files == 1, let total = state.total, total > 0 {
                let share = min(1, Double(state.received) / Double(total))
                text = "\(Int(share * 100))%  \(text) of \(ByteCount(total))"
                let left = Double(total - state.received) / max(rate, 1)
                if rate > 0, share < 1 { text += ", \(Int(left) + 1) s left" }
            } else if files > 1 {
                text = "\(state.ended) of \(files) files, \(text)"
            }
            text += " at \(ByteCount(Int64(rate)))/s"
            Terminal.error.write(String(text.prefix(Terminal.error.width - 1)) + "\n")
            state.isDrawn = true
        }
    }

    /// Takes the line away.
    func clear() { state.withLock { Self.erase(&$0) } }

    /// Prints something where the line is.
    func interrupted(by body: () -> Void) {
        state.withLock { state in
            Self.erase(&state)
            body()
        }
    }

    private static func erase(_ state: inout State) {
        if state.isDrawn { Terminal.error.write("\u{1B}[1A\u{1B}[J") }
        state.isDrawn = false
    }
}
