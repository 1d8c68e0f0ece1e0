import Foundation
import WherryCatalog
import WherryCore
import WherryEngine
import WherryTestSupport

@main
enum Program {
    static func main() async throws {
        try await ResolveBenchmark.run(count: CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000)
    }
}

/// How many backups a second are resolved and recorded, over real HTTP with real signatures on loopback.
///
/// Provider and operator share this process and the machine's cores: each side signs, checks, and records every answer
/// durably in a catalog of its own.
enum ResolveBenchmark {
    static func run(count: Int) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                let keys = try await fill(provider, count: count)
                try await Collector.with(in: scratch, provider: provider, requestsPerSecond: 1_000_000) { collector in
                    try await measure(collector, keys: keys)
                }
            }
        }
    }

    /// A hundred backups an instance; only rows, since nothing is downloaded here.
    private static func fill(_ provider: Provider, count: Int) async throws -> [Backup.Key] {
        let now = provider.clock.now
        let backups = (0..<count).map { number in
            Backup(
                id: Backup.ID(rawValue: "backup-\(number)"),
                instance: Instance.ID(rawValue: "crs-\(number / 100)"),
                startedAt: now - .seconds(number)
            )
        }
        _ = try await Concurrently.map(backups, width: 64) { backup in
            try await provider.catalog.register(
                backup,
                of: Instance(id: backup.instance, name: "bench", topology: .standalone, state: .running),
                files: [BackupFile(position: 0, name: "dump.rdb", size: ByteCount(1_000))],
                in: "depot",
                at: now
            )
        }
        return backups.map(\.key)
    }

    private static func measure(_ collector: Collector, keys: [Backup.Key]) async throws {
        let clock = ContinuousClock()
        let discovery = Discovery(catalog: collector.catalog, clock: collector.clock) { .random(in: .min ... .max) }
        let listing = try await clock.measure {
            _ = try await discovery.survey(collector.job(concurrency: 8), from: collector.source)
        }
        let resolver = collector.resolver
        let resolving = try await clock.measure {
            _ = try await Concurrently.map(keys, width: 64) { key in
                try await resolver.resolve(key, from: collector.source)
            }
        }
        let rows = try await collector.catalog.count("issued_url")
        let file = BackupFile(position: 0, name: "dump.rdb")
        let recording = try await clock.measure {
            _ = try await Concurrently.map(keys, width: 64) { key in
                try await collector.catalog.recordIssue(
                    of: key,
                    from: "cloud",
                    files: [
                        IssuedFile(
                            file: file,
                            intranet: SignedURL("http://10.0.0.1:5500/download/dump.rdb?AAAA/BBBB+CCCC=="),
                            extranet: nil,
                            expiresAt: collector.clock.now + .seconds(43_200)
                        )
                    ],
                    at: collector.clock.now,
                    askedBy: "bench",
                    run: nil
                )
            }
        }
        let count = Double(keys.count)
        say("list and record", "\(keys.count) backups in \(seconds(listing)) s")
        let rate = Int(count / seconds(resolving))
        say("resolve and record", "\(rows) URLs in \(seconds(resolving)) s = \(rate) backups/s")
        let perRow = (seconds(recording) / count * 1_000_000).rounded() / 1_000
        say("catalog alone", "\(perRow) ms a row, durable")
    }

    private static func seconds(_ duration: Duration) -> Double {
        let value = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
        return (value * 1_000).rounded() / 1_000
    }

    private static func say(_ what: String, _ text: String) {
        let label = what.padding(toLength: 20, withPad: " ", startingAt: 0)
        FileHandle.standardOutput.write(Data("\(label) \(text)\n".utf8))
    }
}
