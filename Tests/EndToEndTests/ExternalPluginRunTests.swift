import Foundation
import Testing
import WherryTestSupport

/// Runs of the whole program with sinks that are programs of their own, some of them broken.
@Suite(.timeLimit(.minutes(10)))
struct ExternalPluginRunTests {
    private static let token = "canary-4b1d77e093"

    private static var root: String { Fixtures.folder + "/../.." }

    private func install(_ origin: String, as name: String, in scratch: Scratch) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: origin))
        let path = try scratch.write("plugins/\(name)", Array(bytes))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Whether a delivery to a sink with this fault may have failed with this code in a run of many.
    private static func isExpected(_ code: Substring, of fault: (name: String, code: String)) -> Bool {
        switch fault.name {
        // So small a file was passed on before it was shut, and the plugin does nothing more.
        case "shut-stream": code == "external.late"
        // Which of the two comes first depends on how soon it was started.
        case "lingers": code == fault.code || code == "external.late"
        default: code == fault.code
        }
    }

    /// How long one delivery of a broken sink may take, in seconds.
    private static let deadline = 10

    /// A configuration with a good sink, one for each fault, and the disk.
    private func configure(_ scratch: Scratch, _ provider: Provider, faults: [String]) throws {
        try install(Self.root + "/Examples/Plugins/wherry-sink-folder.sh", as: "wherry-sink-folder", in: scratch)
        for fault in faults { try install(Fixtures.folder + "/plugins/broken.py", as: fault, in: scratch) }
        try scratch.write("secrets/token", Array(Self.token.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file("secrets/token"))
        _ = scratch.sub("store")
        let sinks = (["disk", "good"] + faults).joined(separator: ", ")
        try scratch.writeConfig(for: provider, sinks: sinks)
        var text = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
        var added = """
              - name: good
                plugin: external
                options:
                  name: folder
                  folders: [\(scratch.file("plugins"))]
                  options: {folder: \(scratch.file("store"))}

            """
        for fault in faults {
            added += """
                  - name: \(fault)
                    plugin: external
                    options:
                      path: plugins/\(fault)
                      deadline: \(Self.deadline)s
                      timeout: 20s
                      options: {folder: \(scratch.file("store"))}
                      secrets: {token: file:secrets/token}

                """
        }
        text = text.replacingOccurrences(of: "jobs:\n", with: added + "jobs:\n")
        try scratch.write("wherry.yaml", Array(text.utf8))
    }

    @Test func brokenSinksHarmNobodyElse() async throws {
        let faults = PluginFaults.codes.map(\.name)
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 3)
                try configure(scratch, provider, faults: faults)
                let program = Program(folder: scratch.path)
                let start = ContinuousClock.now
                let outcome = try await program.run("run", "--log-level", "trace")
                let took = (ContinuousClock.now - start) / .seconds(1)
                #expect(outcome.status == 3, "\(outcome.all)")
                // The deaf one's timeout, then three backups one after the other; and twenty programs on few cores.
                #expect(took < Double(20 + 5 + 3 * (Self.deadline + 5) + 20), "\(outcome.all)")
                print("a run with \(faults.count) broken sinks took \(Int(took)) s")
                #expect(!outcome.all.contains(Self.token))
                let good = "SELECT count(*) FROM delivery WHERE sink IN ('good', 'disk') AND state = 'delivered'"
                #expect(try await program.run("sql", good, "--format", "csv").output.contains("6"))
                for fault in PluginFaults.codes {
                    let sql = "SELECT state || ' ' || failure_code FROM delivery WHERE sink = '\(fault.name)'"
                    let rows = try await program.run("sql", sql, "--format", "csv").output
                        .split(whereSeparator: \.isNewline).dropFirst()
                    #expect(rows.count == 3, "\(fault.name)")
                    let areExpected = rows.allSatisfy { row in
                        row.hasPrefix("failed ") && Self.isExpected(row.dropFirst("failed ".count), of: fault)
                    }
                    #expect(areExpected, "\(fault.name): \(rows)")
                }
                // What was delivered is what the disk has.
                let stored = scratch.digests(below: "store")
                #expect(Set(stored).isSuperset(of: scratch.digests(below: "backups")))
                let dump = try await Program.run("/usr/bin/sqlite3", ["catalog.db", ".dump"], folder: scratch.path)
                #expect(!dump.output.contains(Self.token))
                // Nothing is lost: what a broken sink did not take comes again once it is repaired.
                for name in ["killed", "no-hello"] {
                    try install(Self.root + "/Examples/Plugins/wherry-sink-folder.sh", as: name, in: scratch)
                }
                let config = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
                let repaired = config.replacingOccurrences(
                    of: "[disk, good, \(faults.joined(separator: ", "))]",
                    with: "[killed, no-hello]"
                )
                .replacingOccurrences(of: "secrets: {token: file:secrets/token}", with: "secrets: {}")
                try scratch.write("wherry.yaml", Array(repaired.utf8))
                #expect(try await program.run("run").status == 0)
                let late = "SELECT count(*) FROM delivery WHERE sink IN ('killed', 'no-hello') AND state = 'delivered'"
                #expect(try await program.run("sql", late, "--format", "csv").output.contains("6"))
                // Nothing is left of any operation.
                let left = scratch.files(below: "catalog.db.state").filter { $0.contains("operation-") }
                #expect(left.isEmpty)
            }
        }
    }

    @Test func commandsForPlugins() async throws {
        try await Scratch.with { scratch in
            let program = Program(folder: scratch.path)
            _ = scratch.sub("store")
            #expect(try await program.run("plugin", "new", "attic", "--kind", "sink").status == 0)
            #expect(try await program.run("plugin", "new", "attic", "--kind", "sink").status == 73)
            #expect(try await program.run("plugin", "new", "well", "--kind", "source").status == 0)
            #expect(try await program.run("plugin", "new", "tin", "--kind", "sink", "--language", "swift").status == 0)
            #expect(try await program.run("plugin", "new", "ox", "--kind", "source", "--language", "sh").status == 64)
            #expect(scratch.files(below: "wherry-sink-tin") == ["Package.swift", "Plugin.swift"])
            let described = try await program.run("plugin", "describe", "wherry-sink-attic")
            #expect(described.status == 0)
            #expect(described.output.contains("attic"))
            #expect(try await program.run("plugin", "describe", "./wherry-source-well").output.contains("link_key"))
            // One name, two kinds.
            let both = try await program.run("plugins", "describe", "external").output
            #expect(both.contains("external: source,") && both.contains("external: sink,"))
            let option = "folder=\(scratch.file("store"))"
            #expect(try await program.run("plugin", "check", "wherry-sink-attic", "--option", option).status == 0)
            #expect(try await program.run("plugin", "check", "wherry-sink-attic").status == 78)
            let tested = try await program.run("plugin", "test", "wherry-sink-attic", "--option", option)
            #expect(tested.status == 0, "\(tested.all)")
            try install(Fixtures.folder + "/plugins/broken.py", as: "no-answer", in: scratch)
            let broken = try await program.run("plugin", "test", "plugins/no-answer", "--option", option)
            #expect(broken.status == 65)
            #expect(broken.output.contains("no-answer"))
        }
    }
}
