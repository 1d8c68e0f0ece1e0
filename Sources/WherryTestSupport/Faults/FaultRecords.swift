import Synchronization

/// Every request of a server, in the order of arrival.
final class FaultRecords: Sendable {
    private let records = Mutex<[FaultRecord]>([])

    /// All of them so far.
    var all: [FaultRecord] { records.withLock { $0 } }

    /// Adds one, made from its number.
    func add(_ make: (_ number: Int) -> FaultRecord) -> FaultRecord {
        records.withLock { records in
            let record = make(records.count + 1)
            records.append(record)
            return record
        }
    }

    /// Replaces the one of the same number.
    func update(_ record: FaultRecord) {
        records.withLock { $0[record.number - 1] = record }
    }
}

/// Sums over what a server recorded.
extension [FaultRecord] {
    /// All bytes after the heads.
    package var bodyBytes: Int64 { reduce(0) { $0 + $1.bodyBytes } }

    /// The bytes of the object, repeated ones as often as they went out.
    package var objectBytes: Int64 {
        reduce(0) { sum, record in record.delivered.reduce(sum) { $0 + Int64($1.count) } }
    }

    /// The bytes of the object, each offset once: the least that a client had to fetch.
    package var distinctBytes: Int64 {
        var sum: Int64 = 0
        var end: Int64 = 0
        for range in flatMap(\.delivered).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            sum += Swift.max(0, range.upperBound - Swift.max(end, range.lowerBound))
            end = Swift.max(end, range.upperBound)
        }
        return sum
    }

    /// How many connections had a request.
    package var connections: Int { Set(map(\.connection)).count }
}
