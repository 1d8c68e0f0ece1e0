import Foundation
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// Emitted scripts that call `wherry url`, and the receipts of their tasks.
@Suite(.timeLimit(.minutes(5)))
struct ScriptFlavorTests {
    @Test func expiredScriptAsksWherryAndItsReceiptsAreTaken() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 2)
                try scratch.writeConfig(for: provider, sinks: "script")
                let program = Program(folder: scratch.path)
                try Self.addOptions(command: "\(Program.path) url --config \(scratch.file("wherry.yaml"))", in: scratch)
                let run = try await program.run("run")
                #expect(run.status == 0, "\(run.all)")

                let names = scratch.files(below: "scripts")
                let script = scratch.file("scripts/\(try #require(names.first { $0.hasSuffix(".sh") }))")
                // Every URL in it is of long ago.
                let text = String(decoding: FileManager.default.contents(atPath: script) ?? Data(), as: UTF8.self)
                let old = text.replacing(/(fetch_or_list '[^\n]* )[0-9]{10}( \\)/) { "\($0.1)1000000000\($0.2)" }
                #expect(old != text)
                let emptied = old.replacing(/'http:\/\/[^']*'/) { _ in "'http://127.0.0.1:1/old'" }
                try Data(emptied.utf8).write(to: URL(fileURLWithPath: script))

                let count = text.matches(of: #/\n    fetch_or_list /#).count
                #expect(count > 1)
                for number in 0..<count {
                    let arguments = [script, "--target", scratch.file("copies"), "--only", String(number)]
                    let fetched = try await Program.run("/bin/sh", arguments, folder: scratch.path)
                    #expect(fetched.status == 0, "\(fetched.all)")
                    #expect(!fetched.all.contains("http"))
                }
                let receipts = (0..<count).map { "\(script).\($0).receipt" }
                let confirmed = try await program.run(["deliveries", "confirm"] + receipts)
                #expect(confirmed.status == 0, "\(confirmed.all)")
                #expect(confirmed.output.split(separator: "\n").count == count)
                let open = try await program.run("deliveries", "--state", "emitted", "--format", "csv")
                #expect(open.output.split(separator: "\n").count <= 1, "\(open.output)")
            }
        }
    }

    @Test func oneFilesURLCanBeAskedFor() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 0, shards: 3)
                try scratch.writeConfig(for: provider)
                let program = Program(folder: scratch.path)
                let backup = try #require(try await provider.catalog.backups(of: "crs-sessions", in: "depot").first).id
                let key = ["crs-sessions", backup.rawValue]
                let answer = try await program.run(["url"] + key)
                let all = answer.output.split(separator: "\n")
                try #require(all.count == 3, "\(answer.all)")
                let one = try await program.run(["url", "--shard=1", "--"] + key)
                #expect(one.output == "\(all[1])\n")
                for none in ["3", "-1"] {
                    let missing = try await program.run(["url", "--shard=\(none)", "--"] + key)
                    #expect(missing.status == 66, "\(missing.all)")
                }
            }
        }
    }

    private static func addOptions(command: String, in scratch: Scratch) throws {
        let path = scratch.file("wherry.yaml")
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let options = "folder: scripts\n      flavor: curl\n      refresh: command\n      refresh_command: \(command)\n"
        try Data(text.replacing("folder: scripts\n", with: options).utf8).write(to: URL(fileURLWithPath: path))
    }
}
