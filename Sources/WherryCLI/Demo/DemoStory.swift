import Crypto
import Subprocess
import SystemPackage
import WherryCatalog
import WherryCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the demo tells on its way.
struct DemoStory: Sendable {
    private let terminal = Terminal.output

    func say(_ text: String) { terminal.line(text) }

    func chapter(_ title: String) { terminal.line("\n" + terminal.styled("▌ " + title, .bold)) }

    func command(_ text: String) { terminal.line(terminal.styled("$ " + text, .cyan)) }

    /// Runs a query and shows it with its answer.
    func ask(_ sql: String, _ home: DemoHome) throws {
        command("wherry sql \"\(sql)\"")
        try show(sql, home)
        terminal.line()
    }

    /// Shows the answer to a query.
    func show(_ sql: String, _ home: DemoHome) throws {
        let catalog = try ReadOnlySQL(path: home.path + "/catalog.db")
        let table = try catalog.run(sql, rowLimit: 100, timeLimit: .seconds(5))
        terminal.write(Output.render(table, as: .table))
    }

    /// The emitted script's files.
    struct Script {
        var receipt: String
    }

    /// Runs the emitted script with the real wget.
    func runScript(_ home: DemoHome) async throws -> Script {
        chapter("The script for wget: run it wherever the URLs can be reached")
        let folder = home.path + "/scripts"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sh") }
        guard let name = names.first else {
            throw Failure(.internal, code: "demo.no-script", "The run left no script in \(folder).")
        }
        command("sh scripts/\(name) --target fetched")
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: ["scripts/\(name)", "--target", "fetched"],
            workingDirectory: FilePath(home.path),
            output: .string(limit: 1 << 20),
            error: .combinedWithOutput
        )
        terminal.write(result.standardOutput)
        guard result.terminationStatus.isSuccess else {
            throw Failure(
                .internal,
                code: "demo.script-failed",
                "The script ended with \(result.terminationStatus).",
                remedy: "GNU wget is needed: apt-get install wget"
            )
        }
        command("wherry deliveries confirm scripts/\(name).receipt")
        return Script(receipt: "\(folder)/\(name).receipt")
    }

    /// Compares what came home with what the provider has.
    func compare(_ home: DemoHome) throws {
        chapter("The same bytes everywhere?")
        func digests(_ folder: String) throws -> [String] {
            let root = home.path + "/" + folder
            let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".rdb") }
            return files.compactMap { FileManager.default.contents(atPath: root + "/" + $0) }
                .map { SHA256.hash(data: $0).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
                .sorted()
        }
        let snapshots = try digests("snapshots")
        let table = ResultTable(
            columns: ["where", "files", "identical"],
            rows: try [
                ("provider/depot", "at the provider"), ("backups", "sink disk"), ("fetched", "script with wget"),
            ].map {
                let found = try digests($0.0)
                return [
                    .text("\($0.0)  (\($0.1))"), .integer(Int64(found.count)),
                    .text(found == snapshots ? terminal.styled("yes", .green) : terminal.styled("NO", .red)),
                ]
            }
        )
        terminal.write(Output.render(table, as: .table))
        guard try digests("backups") == snapshots, try digests("fetched") == snapshots else {
            throw Failure(.corrupt, code: "demo.different", "Some copies differ from their source.")
        }
        let backups = try FileManager.default.subpathsOfDirectory(atPath: home.path + "/backups")
            .filter { $0.hasSuffix(".manifest.json") }.count
        let files = snapshots.count
        terminal.line(
            "\(terminal.styled("✓", .green)) \(backups) backups (\(files) files) delivered and verified; "
                + "the \(files) downloads of the script are identical."
        )
    }

    func goodbye(_ home: DemoHome) {
        terminal.write(
            """
            \(terminal.styled("▌ Go on", .bold))
            Look around in it:
              cd \(home.path)
              wherry history            wherry deliveries            wherry sql --list
            Point it at a real account: wherry init, then put the account's key references under sources: with
            plugin: crs (or any server that speaks API 2.0), and start with wherry check.

            """
        )
    }
}
