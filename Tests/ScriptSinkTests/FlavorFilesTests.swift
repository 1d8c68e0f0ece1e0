import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// What is written for each flavor, and when nothing is.
@Suite(.timeLimit(.minutes(2)))
struct FlavorFilesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let flavor: Flavor
        let endings: [String]
        var testDescription: String { flavor.rawValue }
    }

    private static let cases = [
        Case(flavor: .wget, endings: [".sh"]), Case(flavor: .curl, endings: [".sh"]),
        Case(flavor: .aria2, endings: [".aria2", ".aria2.sh"]), Case(flavor: .powershell, endings: [".ps1"]),
        Case(flavor: .kubernetes, endings: [".yaml"]), Case(flavor: .slurm, endings: [".sbatch", ".sh"]),
    ]

    @Test(arguments: cases)
    func filesAreTheirOwnersAlone(_ flavor: Case) async throws {
        try await World.with { world in
            let files = try await world.emitted(flavor.flavor.rawValue, [Piece(url: "http://h/f?k")])
            let stem = "\(world.scripts)/wherry-run12-\(world.now.compact)"
            #expect(files == flavor.endings.map { stem + $0 })
            for file in files {
                let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
                #expect(mode == (file.hasSuffix(".sh") ? 0o700 : 0o600))
            }
        }
    }

    @Test(arguments: cases)
    func everyBackupCanHaveAScriptOfItsOwn(_ flavor: Case) async throws {
        try await World.with { world in
            let pieces = [
                ("a", "1", 0), ("a", "../2", 0), ("a", "../2", 1), (String(repeating: "x", count: 300), "1", 0),
            ]
            .map { Piece(instance: $0.0, backup: $0.1, position: $0.2, url: "http://h/\($0.1.suffix(1))\($0.2)?k") }
            let files = try await world.emitted(flavor.flavor.rawValue, pieces, options: ["per": .text("backup")])
            #expect(files.count == 3 * flavor.endings.count)
            let stem = "\(world.scripts)/wherry-run12-\(world.now.compact)"
            for ending in flavor.endings {
                #expect(files.contains("\(stem)-a-1\(ending)"))
                #expect(files.contains("\(stem)-a-%2E.%2F2\(ending)"))
            }
            let second = try files.filter { $0.contains("%2F2") }.map { try world.text($0) }.joined()
            #expect(second.contains("http://h/20?k") && second.contains("http://h/21?k"))
            #expect(!second.contains("http://h/10?k"))
        }
    }

    @Test(arguments: cases)
    func noScriptReplacesAnother(_ flavor: Case) async throws {
        try await World.with { world in
            let first = try await world.emitted(flavor.flavor.rawValue, [Piece(url: "http://h/one?k")])
            let texts = try first.map { try world.text($0) }
            let both = try await world.emitted(flavor.flavor.rawValue, [Piece(url: "http://h/two?k")])
            #expect(both.count == 2 * flavor.endings.count)
            #expect(try first.map { try world.text($0) } == texts)
        }
    }

    @Test func aNameThatIsTakenLeavesNoHalfOfAPair() async throws {
        try await World.with { world in
            try world.write([], "\(world.scripts)/wherry-run12-\(world.now.compact).sbatch")
            let files = try await world.emitted("slurm", [Piece(url: "http://h/f?k")])
            let stem = "wherry-run12-\(world.now.compact)"
            #expect(
                files.map { $0.dropFirst(world.scripts.count + 1) } == [
                    "\(stem)-2.sbatch", "\(stem)-2.sh", "\(stem).sbatch",
                ]
            )
        }
    }

    @Test(
        arguments: ["curl", "aria2", "powershell", "kubernetes", "slurm"],
        ["http://h/a b", "http://h/a?#b", "http://h/é"]
    )
    func refusesURLsThatTheToolWouldChange(_ flavor: String, _ url: String) async throws {
        try await World.with { world in
            let failure = try await #require(throws: Failure.self) {
                _ = try await world.emitted(flavor, [Piece(url: url)])
            }
            #expect(failure.code == "script.url-unusable")
            #expect(!failure.message.contains("http"))
        }
    }

    struct Options: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let options: [String: OptionValues.Value]
        let code: String
    }

    @Test(arguments: [
        Options(
            testDescription: "refresh in PowerShell",
            options: ["flavor": .text("powershell"), "refresh": .text("command")],
            code: "script.no-refresh"
        ),
        Options(
            testDescription: "no image",
            options: ["flavor": .text("kubernetes"), "claim": .text("c")],
            code: "script.option-missing"
        ),
        Options(
            testDescription: "no claim",
            options: ["flavor": .text("kubernetes"), "image": .text("i")],
            code: "script.option-missing"
        ),
        Options(
            testDescription: "empty command",
            options: ["refresh": .text("command"), "refresh_command": .text("")],
            code: "script.option-text"
        ),
    ])
    func refusesOptionsThatDoNotGoTogether(_ options: Options) async throws {
        try await World.with { world in
            let failure = try await #require(throws: Failure.self) {
                _ = try await world.sink(options: options.options)
            }
            #expect(failure.code == options.code)
            #expect(failure.failureClass == .configuration)
        }
    }

    @Test func windowsWouldTakeTwoOfTheseForOneFile() async throws {
        try await World.with { world in
            let pieces = ["crs-A", "crs-a"].map { Piece(instance: $0, url: "http://h/f?k") }
            let failure = try await #require(throws: Failure.self) { _ = try await world.emitted("powershell", pieces) }
            #expect(failure.code == "script.path-taken")
            #expect(try await world.emitted("curl", pieces).count == 1)
        }
    }

    @Test(arguments: [
        ("a/b-0.rdb", "a/b-0.rdb"), ("a./b ", "a%2E/b%20"), ("con/x", "%63on/x"), ("NUL.rdb", "%4EUL.rdb"),
        ("com1", "%63om1"), ("com10", "com10"), ("a:b|c", "a%3Ab%7Cc"), ("lpt\u{B9}.x", "%6Cpt\u{B9}.x"),
    ])
    func windowsGetsNamesThatItTakesAsTheyAre(_ path: String, _ expected: String) {
        #expect(windowsPath(path) == expected)
    }

    @Test func aria2CannotHoldSpacesAtTheEnds() async throws {
        try await World.with { world in
            let failure = try await #require(throws: Failure.self) {
                _ = try await world.emitted("aria2", [Piece(url: "http://h/f")], path: " {instance}/{backup}-{shard}")
            }
            #expect(failure.code == "script.path-unusable")
        }
    }

    @Test(arguments: cases)
    func shellcheckFindsNothing(_ flavor: Case) async throws {
        try await World.with { world in
            let pieces = (0..<3).map { Piece(position: $0, size: $0 == 0 ? nil : 9, url: "http://h/f?it's+\($0)==") }
            for refresh in ["none", "command"] where flavor.flavor.refreshes || refresh == "none" {
                try? FileManager.default.removeItem(atPath: world.scripts)
                let files = try await world.emitted(
                    flavor.flavor.rawValue,
                    pieces,
                    options: ["refresh": .text(refresh)]
                )
                var scripts = files.filter { $0.hasSuffix(".sh") || $0.hasSuffix(".sbatch") }
                if flavor.flavor == .kubernetes {
                    let script = try await Manifest(files[0], in: world).all("ConfigMap").first?.data?["fetch.sh"]
                    scripts = ["\(world.root)/fetch.sh"]
                    try world.write(try #require(script).utf8, scripts[0])
                }
                guard !scripts.isEmpty else { continue }
                let result = try await Command.run(["shellcheck", "-s", "sh", "-S", "style"] + scripts, in: world.root)
                #expect(result.status == 0, "\(result.output)")
            }
        }
    }
}
