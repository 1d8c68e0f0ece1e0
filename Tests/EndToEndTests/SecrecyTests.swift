import Foundation
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// The SecretKey and the signed part of every URL appear nowhere but where they must.
@Suite(.timeLimit(.minutes(2)))
struct SecrecyTests {
    @Test func nothingThatIsPrintedStoredOrShownHoldsASecret() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try scratch.writeConfig(for: provider)
                let program = Program(folder: scratch.path)
                var printed = ""
                let backup = try #require(try await provider.catalog.backups(of: "crs-orders01", in: "depot").first).id
                let commands: [[String]] = [
                    ["check"], ["run", "--dry-run"], ["run"], ["run", "--json"], ["instances", "--refresh"],
                    ["backups", "--refresh", "--format", "json"], ["history"], ["history", "--format", "json"],
                    ["history", "--valid", "--format", "csv"], ["deliveries"], ["deliveries", "--format", "json"],
                    ["runs", "--format", "json"], ["config", "show"], ["config", "show", "--json"],
                    ["sql", "SELECT * FROM issued_url"], ["sql", "SELECT * FROM url_history"], ["sql", "urls-valid"],
                    ["sql", "SELECT group_concat(extranet_url) FROM issued_url"], ["url", "crs-none", backup.rawValue],
                    ["url", "crs-orders01", "none"],
                ]
                for command in commands {
                    // Logs of every level go to standard error.
                    let isLogging = ["check", "run", "url"].contains(command[0])
                    let outcome = try await program.run(command + (isLogging ? ["--log-level", "trace"] : []))
                    printed += "$ \(command)\n" + outcome.all
                }
                let shown = try await program.run("url", "crs-orders01", backup.rawValue)
                #expect(shown.status == 0)
                #expect(shown.output.hasPrefix("http://"))

                let tokens = try provider.catalog.tokens()
                #expect(tokens.count >= 12)
                let secrets = tokens + [Provider.secretKey]
                for secret in secrets { #expect(!printed.contains(secret), "a secret was printed") }
                for file in scratch.files(below: "backups") where file.hasSuffix(".json") {
                    let text = String(
                        decoding: FileManager.default.contents(atPath: scratch.file("backups/" + file)) ?? Data(),
                        as: UTF8.self
                    )
                    for secret in secrets { #expect(!text.contains(secret), "the manifest \(file) holds a secret") }
                    #expect(!text.contains("http://"))
                }
                let views = [
                    "redacted_url", "url_history", "valid_urls", "expiring_soon", "latest_backups", "delivery_history",
                    "run_history", "coverage",
                ]
                for view in views {
                    let stock = try await Program.run(
                        "/usr/bin/sqlite3",
                        ["catalog.db", "SELECT * FROM \(view)"],
                        folder: scratch.path
                    )
                    #expect(stock.status == 0)
                    for secret in secrets { #expect(!stock.output.contains(secret), "the view \(view) shows a secret") }
                }
                // The SecretKey is not in the catalog at all.
                let dump = try await Program.run("/usr/bin/sqlite3", ["catalog.db", ".dump"], folder: scratch.path)
                #expect(!dump.output.contains(Provider.secretKey))
                #expect(tokens.contains { dump.output.contains($0) }, "the base table holds the whole URL")
            }
        }
    }

    @Test func childrenGetNoURLInArgumentsOrEnvironment() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 0)
                try scratch.writeConfig(for: provider, sinks: "script")
                let outcome = try await Program(folder: scratch.path).run("run")
                #expect(outcome.status == 0)
                // A wget that notes how it was called, then calls the real one.
                let spy = """
                    #!/bin/sh
                    { tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' '\\n' < /proc/$$/environ; } >> "\(scratch.file("seen"))"
                    exec /usr/bin/wget "$@"

                    """
                try scratch.write("bin/wget", Array(spy.utf8))
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755],
                    ofItemAtPath: scratch.file("bin/wget")
                )
                let script = try #require(scratch.files(below: "scripts").first { $0.hasSuffix(".sh") })
                let path = scratch.file("bin") + ":/usr/bin:/bin"
                let fetched = try await Program.run(
                    "/bin/sh",
                    ["scripts/" + script, "--target", "fetched"],
                    folder: scratch.path,
                    environment: ["PATH": path]
                )
                #expect(fetched.status == 0, "\(fetched.all)")
                let seen = String(
                    decoding: try #require(FileManager.default.contents(atPath: scratch.file("seen"))),
                    as: UTF8.self
                )
                #expect(seen.contains("wget"))
                for secret in try provider.catalog.tokens() {
                    #expect(!seen.contains(secret))
                    #expect(!fetched.all.contains(secret))
                }
                #expect(scratch.digests(below: "fetched") == scratch.digests(below: "provider/depot"))
            }
        }
    }
}

extension Catalog {
    /// The signed part of every URL that was issued.
    func tokens() throws -> [String] {
        try ReadOnlySQL(path: path, revealsURLs: true)
            .run(
                "SELECT intranet_url FROM issued_url UNION SELECT extranet_url FROM issued_url",
                rowLimit: 100_000,
                timeLimit: .seconds(9)
            )
            .rows.compactMap { row in
                guard case .text(let url) = row[0] else { return nil }
                return url.split(separator: "?").last.map(String.init)
            }
    }
}
