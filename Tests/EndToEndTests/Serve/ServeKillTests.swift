import Foundation
import Testing
import WherryCatalog
import WherryTestSupport

/// What a client was told stays known, whatever happens to the server.
@Suite(.timeLimit(.minutes(5)))
struct ServeKillTests {
    @Test("Each URL that a client received is a row, after 20 kills under load")
    func losesNoIssuedURL() async throws {
        let rounds = ProcessInfo.processInfo.environment["WHERRY_SERVE_KILLS"].flatMap { Int($0) } ?? 20
        try await Scratch.with { scratch in
            let home = try await ServeHome(in: scratch, backups: 3)
            let backups = try await home.backups()
            #expect(backups.count == 3)
            var received = 0
            for _ in 0..<rounds {
                let server = try await ServerProcess.start(home.program, port: home.port)
                let urls = try await urlsUntilKilled(home, backups, server, after: .milliseconds(.random(in: 5...500)))
                received += urls.values.reduce(0, +)
                let known = try recorded(in: scratch.file("catalog.db"))
                // Within a second the URLs of a backup are the same, but each answer is a row of its own.
                for (url, count) in urls { #expect(known[url, default: 0] >= count) }
            }
            print("serve kills: \(rounds), \(received) URLs received, each a row")
            #expect(received > rounds)
            // And whoever starts it again finds it as it should be.
            let server = try await ServerProcess.start(home.program, port: home.port)
            _ = try await home.url(backups[0].instance, backups[0].backup)
            #expect(try await server.stop() == 0)
        }
    }

    /// What eight clients received until the server died.
    private func urlsUntilKilled(
        _ home: ServeHome,
        _ backups: [(instance: String, backup: String)],
        _ server: ServerProcess,
        after time: Duration
    ) async throws -> [String: Int] {
        await withTaskGroup(of: [String: Int].self) { group in
            for client in 0..<8 {
                let wanted = backups[client % backups.count]
                group.addTask {
                    var urls: [String: Int] = [:]
                    // Until nobody answers.
                    while let url = try? await home.url(wanted.instance, wanted.backup) { urls[url, default: 0] += 1 }
                    return urls
                }
            }
            try? await Task.sleep(for: time)
            server.signal(SIGKILL)
            _ = try? await server.ended()
            return await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        }
    }

    /// How many rows each URL has.
    private func recorded(in catalog: String) throws -> [String: Int] {
        let sql = try ReadOnlySQL(path: catalog, revealsURLs: true)
        let table = try sql.run("SELECT extranet_url FROM issued_url", rowLimit: 1_000_000, timeLimit: .seconds(20))
        var counts: [String: Int] = [:]
        for row in table.rows { if case .text(let url) = row[0] { counts[url, default: 0] += 1 } }
        return counts
    }
}
