import Synchronization

/// The links a server issued, and what each may still be used for.
final class FaultLinks: Sendable {
    /// What is known about the token of a request.
    enum Standing: Sendable {
        case valid(generation: Int)
        case expired(generation: Int)
        case unknown
    }

    private struct Link {
        let generation: Int
        let end: ContinuousClock.Instant?
        var requests: Int?
        var bytes: Int64?
    }

    private struct State {
        var links: [String: Link] = [:]
        var issued = 0
    }

    private let state = Mutex(State())

    /// A new token; its generation counts from 1.
    func issue(life: Duration?, requests: Int?, allowance: (_ generation: Int) -> Int64?) -> String {
        state.withLock { state in
            state.issued += 1
            let generation = state.issued
            let token = "\(generation)-" + hexDigits(FaultObject.mixed(UInt64(generation)))
            state.links[token] = Link(
                generation: generation,
                end: life.map { ContinuousClock.now + $0 },
                requests: requests,
                bytes: allowance(generation)
            )
            return token
        }
    }

    /// Counts one request with a token, and says whether it may be answered.
    func admit(_ token: String) -> Standing {
        state.withLock { state in
            guard var link = state.links[token] else { return .unknown }
            let isLate = link.end.map { $0 <= .now } ?? false
            if isLate || link.requests == 0 || link.bytes == 0 { return .expired(generation: link.generation) }
            link.requests = link.requests.map { $0 - 1 }
            state.links[token] = link
            return .valid(generation: link.generation)
        }
    }

    /// How many of `count` bytes may still go out under the token; they count as gone.
    func grant(_ count: Int, for token: String) -> Int {
        state.withLock { state in
            guard let left = state.links[token]?.bytes else { return count }
            let granted = min(Int64(count), left)
            state.links[token]?.bytes = left - granted
            return Int(granted)
        }
    }
}
