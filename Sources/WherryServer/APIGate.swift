import QCloudAPI
import Synchronization
import WherryCore

/// What both dialects of the API share about callers: their keys, their budgets, and the memory of numbers used once.
final class APIGate: Sendable {
    let keys: APIKeys
    let allowsPlainHTTP: Bool
    private let limits: CallLimits
    private let memory = Mutex(CRSFreshness())
    private let budgets = Mutex(CallBudgets())

    init(keys: APIKeys, allowsPlainHTTP: Bool, limits: CallLimits) {
        self.keys = keys
        self.allowsPlainHTTP = allowsPlainHTTP
        self.limits = limits
    }

    /// The error for a call that is too old, too new, or was answered before.
    func refusal(secretID: String, timestamp: Int64, nonce: UInt64, now: Timestamp) -> CRSError? {
        memory.withLock { $0.admit(secretID: secretID, timestamp: timestamp, nonce: nonce, now: now.seconds) }
    }

    /// Whether a key may make one more call of an action now.
    func admits(_ secretID: String, _ action: String, documented: Int?) -> Bool {
        guard let limit = limits.limit(documented: documented) else { return true }
        return budgets.withLock { $0.admit(secretID, action, perSecond: limit, now: .now) }
    }
}
