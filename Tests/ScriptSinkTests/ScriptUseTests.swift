import Foundation
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// Options, exit status, receipts and interruptions of the script.
@Suite(.timeLimit(.minutes(2)))
struct ScriptUseTests {
    private static let secret = "http://127.0.0.1:1/f?SECRET"

    @Test
    func shellcheckFindsNothing() async throws {
        try await World.with { world in
            let pieces = (0..<3).map { Piece(position: $0, size: $0 == 0 ? nil : 9, url: "http://h/f?it's+\($0)==") }
            let script = try await world.script(pieces)
            let result = try await Command.run(["shellcheck", "-s", "sh", "-S", "style", script], in: world.root)
            #expect(result.status == 0, "\(result.output)")
        }
    }

    @Test(arguments: Shell.allCases)
    func listShowsTheFilesOfALargeScript(_ shell: Shell) async throws {
        try await World.with { world in
            var random = SplitMix(state: 2)
            let pieces = (0..<2_000).map { Piece(position: $0, size: $0, expiresIn: Int64($0) - 5, url: random.url()) }
            let result = try await world.start(try await world.script(pieces), in: shell, ["--list"]).result()
            #expect(result.status == 0)
            let lines = result.output.split(separator: "\n").map { $0.split(separator: "\t") }
            #expect(lines.count == 2_000)
            #expect(lines.first == ["crs-1", "backup-1", "0", "0", "expired", "crs-1/backup-1-0.rdb"])
            #expect(lines.last?[4].hasPrefix("valid for 3") == true)
            #expect(!world.exists(world.target))
        }
    }

    @Test(arguments: [["--help"], ["-h"]])
    func helpTellsTheUsage(_ options: [String]) async throws {
        try await World.with { world in
            let script = try await world.script([Piece(url: Self.secret)])
            let result = try await world.start(script, options).result()
            #expect(result.status == 0)
            #expect(result.output.contains("usage: sh wherry-run12-"))
            #expect(result.output.contains("$WHERRY_TARGET"))
        }
    }

    @Test(arguments: Shell.allCases)
    func optionsThatMakeNoSenseAreRefused(_ shell: Shell) async throws {
        try await World.with { world in
            let script = try await world.script([Piece(url: Self.secret)])
            for options in [
                ["--what"], ["file"], ["--receipt"], ["--target", ""], ["--target", "a\u{1B}b"], ["--target", "a\nb"],
            ] {
                #expect(try await world.start(script, in: shell, options).result().status == 64)
            }
        }
    }

    @Test func saysWhichProgramIsMissing() async throws {
        try await World.with { world in
            let script = try await world.script([Piece(url: Self.secret)])
            for program in ["exec busybox wget \"$@\"", "echo 'GNU Wget2 1.99.1'"] {
                let path = try world.program("wget", "#!/bin/sh\n\(program)\n")
                let result = try await world.start(script, path: path).result()
                #expect(result.status == 69)
                #expect(result.errors.contains("Install GNU wget"))
            }
            let shell = try #require(Tools.path.split(separator: ":").map { "\($0)/dash" }.first { world.exists($0) })
            try FileManager.default.removeItem(atPath: "\(world.root)/bin/wget")
            let words = [shell, script, "--target", world.target]
            let bare = try await Command.run(words, in: world.root, environment: ["PATH": "\(world.root)/bin"])
            #expect(bare.status == 69)
            #expect(bare.errors.contains("wget is missing"))
        }
    }

    @Test(arguments: Shell.allCases)
    func saysWhatCannotBeWritten(_ shell: Shell) async throws {
        try await World.with { world in
            try world.write([], "\(world.root)/plain")
            try world.write([], "\(world.target)/crs-1")
            let script = try await world.script([Piece(url: Self.secret)])
            for options in [["--target", "\(world.root)/plain/t"], ["--receipt", "\(world.root)/plain/r"], []] {
                #expect(try await world.start(script, in: shell, options).result().status == 73)
            }
        }
    }

    @Test func cutOffReceiptIsMended() async throws {
        try await World.with { world in
            let pieces = (0..<2).map { Piece(position: $0, expiresIn: -1, url: Self.secret) }
            for piece in pieces { try world.write(World.rdb(), "\(world.target)/\(piece.path)") }
            let script = try await world.script(pieces)
            #expect(try await world.start(script).result().status == 0)
            let whole = try world.text("\(script).receipt")
            for length in [1, 20, 60, whole.utf8.count - 1] {
                try world.write(Array(whole.utf8).prefix(length), "\(script).receipt")
                #expect(try await world.start(script).result().status == 0)
                #expect(try world.text("\(script).receipt") == whole)
            }
        }
    }

    @Test func receiptOfAnotherRunIsLeftAlone() async throws {
        try await World.with { world in
            let script = try await world.script([Piece(url: Self.secret)])
            let other = ConfirmationFile(run: RunID(rawValue: 11), sink: "script", entries: []).text
            try world.write(other.utf8, "\(script).receipt")
            let result = try await world.start(script).result()
            #expect(result.status == 73)
            #expect(try world.text("\(script).receipt") == other)
        }
    }

    @Test func scriptFromStandardInputKeepsItsReceiptInTheTarget() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let script = try await world.script([Piece(url: try world.url("/file/dump.rdb?k"))])
            let words = ["dash", "-s", "--", "--target", world.target]
            let result = try await Command.run(words, in: world.root, input: try world.text(script))
            #expect(result.status == 0, "\(result.errors)")
            #expect(world.exists("\(world.target)/wherry-run12-\(world.now.compact).sh.receipt"))
        }
    }

    struct Stop: Sendable {
        let signal: Int32
        let status: Int32
    }

    @Test(arguments: Shell.allCases, [Stop(signal: SIGINT, status: 130), Stop(signal: SIGTERM, status: 143)])
    func stoppedScriptKeepsItsPartialFileAndShowsNoURL(_ shell: Shell, _ stop: Stop) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb(40_000))
            let piece = Piece(url: try world.url("/slow/dump.rdb?TOKEN-\(UUID())"))
            let script = try await world.script([piece])
            let partial = "\(world.target)/\(piece.path).part"
            let command = try world.start(script, in: shell)
            try await eventually { try world.exists(partial) && world.bytes(partial).count > 1_000 }
            #expect(Self.processesShowing(piece.url.suffix(36)).isEmpty)
            #expect(!Self.processesShowing(partial).isEmpty, "wget was not found, so the line above proves nothing")
            // A second script must not append to the same partial file.
            let second = try await world.start(script, in: shell).result()
            #expect(second.status == 75)
            #expect(second.errors.contains("Another script is at work"))
            command.process.signal(stop.signal)
            let result = try await command.result(within: .seconds(10))
            #expect(result.status == stop.status)
            #expect(try world.bytes(partial).count > 1_000)
            #expect(Self.processesShowing(partial).isEmpty)
        }
    }

    /// Processes that have a text in their arguments or environment.
    private static func processesShowing(_ text: some StringProtocol) -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { Int($0) != nil }.filter { process in
            ["cmdline", "environ"].contains { kind in
                guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/\(kind)") else { return false }
                return String(decoding: bytes, as: UTF8.self).contains(text)
            }
        }
    }
}
