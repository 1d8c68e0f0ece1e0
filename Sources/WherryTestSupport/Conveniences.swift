import Crypto
import DepotSource
import Foundation
import Synchronization
package import WherryCatalog
import WherryCore
package import WherryPluginKit

extension Provider {
    /// Puts snapshots into the depot: `standalone` backups of `crs-orders01`, and one of `crs-sessions` with `shards` files.
    package func fill(standalone: Int, shards: Int) async throws {
        for number in 0..<standalone {
            _ = try await depot.add([Fixtures.rdb("orders-\(number % 3 + 1)")], to: "crs-orders01", name: "orders")
        }
        guard shards > 0 else { return }
        let files = (0..<shards).map { Fixtures.rdb("sessions-shard-\($0 % 3)") }
        _ = try await depot.add(files, to: "crs-sessions", name: "sessions")
    }
}

extension Scratch {
    /// How many bytes the files below a folder of it have.
    package func size(below folder: String) -> Int {
        files(below: folder).reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file(folder + "/" + name))
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }

    /// The SHA-256 of every RDB file below a folder of it, sorted.
    package func digests(below folder: String) -> [String] {
        files(below: folder).filter { $0.hasSuffix(".rdb") }.compactMap { name in
            FileManager.default.contents(atPath: file(folder + "/" + name)).flatMap {
                SHA256Digest(bytes: SHA256.hash(data: $0))?.hex
            }
        }.sorted()
    }
}

extension Collector {
    /// Waits until a run is at work.
    package func untilRunning() async throws {
        while try await catalog.count("run WHERE state = 'running'") == 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension Catalog {
    /// The number of rows of a table, or of those that a WHERE clause behind its name leaves.
    package func count(_ table: String) async throws -> Int {
        flush()
        let answer = try ReadOnlySQL(path: path).run(
            "SELECT count(*) FROM \(table)",
            rowLimit: 1,
            timeLimit: .seconds(10)
        )
        guard case .integer(let count) = answer.rows.first?.first else { return -1 }
        return Int(count)
    }

    /// All rows of a query.
    package func rows(_ sql: String) throws -> [[ResultTable.Cell]] {
        flush()
        return try ReadOnlySQL(path: path).run(sql, rowLimit: 100_000, timeLimit: .seconds(30)).rows
    }
}

extension OptionValues {
    /// The same with one option replaced.
    package func replacing(_ name: String, with value: Value) -> OptionValues {
        var copy = self
        copy.set(name, value)
        return copy
    }
}

/// Refuses the first download of every so many files for longer than a short URL lives.
package final class RefusedOnce: Sendable {
    private let every: Int
    private let seen = Mutex<[String: Int]>([:])

    /// Every so many files.
    package init(every: Int) { self.every = every }

    /// Throws for the first try of some files.
    package func refuse(_ path: String) throws {
        let isFirst = seen.withLock { seen in
            let isNew = seen[path] == nil
            if isNew { seen[path] = seen.count }
            return isNew && (seen[path] ?? 1) % every == 0
        }
        guard isFirst else { return }
        throw Failure(.transient, code: "test.busy", "Busy for now.", retryAfter: .seconds(3))
    }
}
