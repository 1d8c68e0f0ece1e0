import QCloudAPI

/// How many calls a second of one action are answered to one key.
package enum CallLimits: Sendable, Hashable {
    /// As many as the provider documents for API 3.0; for API 2.0, of which nothing is documented, ``undocumented``.
    case documented
    /// This many for every action.
    case perSecond(Int)
    /// Any number.
    case unlimited

    /// The limit of actions for which the provider documents none.
    package static let undocumented = 100

    /// The limit of an action, given the documented one; nil for none.
    func limit(documented: Int?) -> Int? {
        switch self {
        case .documented: documented ?? Self.undocumented
        case .perSecond(let count): count
        case .unlimited: nil
        }
    }
}

/// The calls that each key may still make: one token bucket for every key and action.
///
/// A bucket holds one second's worth, so a client may send that many at once. Pure: the caller tells the time.
struct CallBudgets: Sendable {
    private struct Bucket {
        var calls: Double
        var at: ContinuousClock.Instant
    }

    private struct Key: Hashable {
        var caller: String
        var action: String
    }

    private var buckets: [Key: Bucket] = [:]

    /// Takes a call out of a bucket; false when it is empty.
    ///
    /// Call it with keys and actions that exist only: there is a bucket for each pair from then on.
    mutating func admit(
        _ caller: String,
        _ action: String,
        perSecond limit: Int,
        now: ContinuousClock.Instant
    ) -> Bool {
        let key = Key(caller: caller, action: action)
        let full = Double(max(limit, 1))
        var bucket = buckets[key] ?? Bucket(calls: full, at: now)
        if now > bucket.at {
            let seconds = (now - bucket.at) / .seconds(1)
            bucket = Bucket(calls: min(full, bucket.calls + seconds * full), at: now)
        }
        let isAdmitted = bucket.calls >= 1
        if isAdmitted { bucket.calls -= 1 }
        buckets[key] = bucket
        return isAdmitted
    }
}
