import WherryCore
import WherryTransfer

extension ByteRate {
    static func M(_ megabytes: Int64) -> ByteRate { ByteRate(bytesPerSecond: megabytes * 1_000_000) }
}

/// Bytes that passed, and when.
struct Passage {
    var at: Duration
    var bytes: Int
}

extension [Passage] {
    /// How far any stretch of time is above `rate` times its length.
    func excess(over rate: ByteRate) -> Double {
        let rate = Double(rate.bytesPerSecond)
        var (sum, lowest, excess) = (0.0, Double.infinity, 0.0)
        for passage in self {
            let due = rate * passage.at.fractionalSeconds
            lowest = Swift.min(lowest, sum - due)
            sum += Double(passage.bytes)
            excess = Swift.max(excess, sum - due - lowest)
        }
        return excess
    }
}

/// Jain's index of fairness: 1 when all have the same, 1/n when one has all.
func jainIndex(_ values: [Int]) -> Double {
    let values = values.map(Double.init)
    let sum = values.reduce(0, +)
    return sum * sum / (Double(values.count) * values.reduce(0) { $0 + $1 * $1 })
}
