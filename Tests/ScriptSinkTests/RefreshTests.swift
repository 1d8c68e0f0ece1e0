import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// Scripts that ask a command for a fresh URL.
@Suite(.timeLimit(.minutes(2)))
struct RefreshTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let flavor: Flavor
        let shell: Shell
        var testDescription: String { "\(flavor.rawValue) in \(shell)" }
    }

    private static let cases = [Flavor.wget, .curl, .aria2].flatMap { flavor in
        Shell.allCases.map { Case(flavor: flavor, shell: $0) }
    }

    /// A script of one file whose command notes its words and prints `answer`.
    private func run(
        _ it: Case,
        _ piece: Piece,
        printing answer: String,
        in world: World
    ) async throws -> (result: Command.Result, words: String) {
        let text = "#!/bin/sh\n{ printf '<%s>' \"$@\"; echo; } >>'\(world.root)/words'\nprintf '\(answer)'\n"
        _ = try world.program("fresh", text)
        let options: [String: OptionValues.Value] = [
            "refresh": .text("command"), "refresh_command": .text("'\(world.root)/bin/fresh' 'of mine'"),
        ]
        let files = try await world.emitted(it.flavor.rawValue, [piece], options: options)
        let result = try await world.start(files[it.flavor == .aria2 ? 1 : 0], in: it.shell).result()
        return (result, (try? world.text("\(world.root)/words")) ?? "")
    }

    @Test(arguments: cases)
    func expiredURLIsReplaced(_ it: Case) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let piece = Piece(
                instance: "-it's $(id)",
                position: 3,
                expiresIn: -1,
                url: try world.url("/file/dump.rdb?old")
            )
            let fresh = try world.url("/file/dump.rdb?fresh")
            let (result, words) = try await run(it, piece, printing: "\(fresh)\\n", in: world)
            #expect(result.status == 0, "\(result.errors)")
            #expect(world.server?.requests == ["GET /file/dump.rdb?fresh|"])
            #expect(words == "<of mine><--source=prod><--network=intranet><--shard=3><--><-it's $(id)><backup-1>\n")
        }
    }

    @Test(arguments: cases)
    func refusedURLIsReplacedByANewOne(_ it: Case) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let fresh = try world.url("/file/dump.rdb?fresh")
            let piece = Piece(url: try world.url("/403/dump.rdb?old"))
            let (result, words) = try await run(it, piece, printing: "\(fresh)\\n", in: world)
            #expect(result.status == 0, "\(result.errors)")
            #expect(world.server?.requests == ["GET /403/dump.rdb?old|", "GET /file/dump.rdb?fresh|"])
            #expect(words.contains("<--shard=0><--fresh><-->"))
        }
    }

    @Test(arguments: cases)
    func validURLIsUsedAsItIs(_ it: Case) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let (result, words) = try await run(
                it,
                Piece(url: try world.url("/file/dump.rdb?k")),
                printing: "",
                in: world
            )
            #expect(result.status == 0, "\(result.errors)")
            #expect(words.isEmpty)
        }
    }

    @Test(
        arguments: [
            Case(flavor: .wget, shell: .dash), Case(flavor: .curl, shell: .dash), Case(flavor: .aria2, shell: .dash),
        ],
        ["", "no URL", "ftp://127.0.0.1/f", "http://127.0.0.1/a\\nhttp://127.0.0.1/b\\n", "http://a b", "-K"]
    )
    func answerThatIsNoURLGoesNowhere(_ it: Case, _ answer: String) async throws {
        try await World.with(server: true) { world in
            let piece = Piece(expiresIn: -1, url: try world.url("/file/dump.rdb?old"))
            let (result, _) = try await run(it, piece, printing: answer, in: world)
            #expect(result.status == 75)
            #expect(world.server?.requests == [])
            #expect(!result.errors.contains("127.0.0.1"))
        }
    }
}
