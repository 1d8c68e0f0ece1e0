import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// URLs go from the script to wget and nowhere else.
@Suite(.timeLimit(.minutes(2)))
struct ScriptSecrecyTests {
    private static let token = "S3CRET"

    @Test(arguments: Shell.allCases)
    func wgetGetsTheURLOnItsStandardInputAlone(_ shell: Shell) async throws {
        try await World.with { world in
            var random = SplitMix(state: 3)
            let urls = (0..<25).map { _ in random.url() + Self.token }
            let script = try await world.script(urls.enumerated().map { Piece(position: $0.offset, url: $0.element) })
            let path = try world.program(
                "wget",
                """
                #!/bin/sh
                if [ "$1" = --version ]; then echo 'GNU Wget 1.21.3'; exit; fi
                cat >>"$RECORD.stdin"
                { printf '%s\\n' "$@"; env; } >>"$RECORD.shown"
                exit 4
                """
            )
            // Variables of these names that are exported already must not carry anything out either.
            var environment = ["RECORD": "\(world.root)/record"]
            for name in ["url", "line", "path", "file", "entry", "final", "part"] { environment[name] = "mine" }
            let result = try await world.start(script, in: shell, environment: environment, path: path).result()
            #expect(result.status == 75)
            let fed = try world.text("\(world.root)/record.stdin")
            #expect(fed == urls.map { $0 + "\n" }.joined())
            let shown = try world.text("\(world.root)/record.shown")
            #expect(shown.contains("--input-file=-"))
            #expect(!shown.contains(Self.token) && !shown.contains("10.66.183.31"))
            #expect(!(result.output + result.errors).contains(Self.token))
        }
    }

    @Test(arguments: Shell.allCases, ["-e", "-a", "-x", "-v"])
    func nothingThatIsPrintedHoldsAURL(_ shell: Shell, _ option: String) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            try world.serve(World.rdb(40_000), as: "long.rdb")
            let targets = [
                "/file/dump.rdb", "/html/x", "/403/x", "/302/dump.rdb", "/half/long.rdb",
            ]
            var pieces = try targets.enumerated().map { index, target in
                Piece(position: index, url: try world.url("\(target)?\(Self.token)"))
            }
            pieces.append(Piece(position: 7, expiresIn: -1, url: try world.url("/file/x?\(Self.token)")))
            pieces.append(Piece(position: 8, url: "http://[bad/\(Self.token)"))
            pieces.append(Piece(position: 9, url: "http://127.0.0.1:1/\(Self.token)"))
            let script = try await world.script(pieces)
            // Four tries with pauses in between would take a while.
            let path = try world.program("wget", "#!/bin/sh\nexec /usr/bin/wget \"$@\" --tries=1\n")
            let words = shell.words + [option, script, "--target", world.target]
            let result = try await Command.run(words, in: world.root, environment: ["PATH": path])
            #expect(result.status == 65)
            #expect(result.output.contains("done      crs-1/backup-1-0.rdb"))
            for text in [result.output, result.errors, try world.text("\(script).receipt")] {
                #expect(!text.contains(Self.token) && !text.contains("127.0.0.1"))
            }
            let listed = try await world.start(script, in: shell, ["--list"]).result()
            #expect(!(listed.output + listed.errors).contains(Self.token))
            #expect(try world.names(in: world.root).filter { $0.hasPrefix("wget") || $0.hasPrefix(".wget") } == [])
        }
    }

    @Test func commentsHoldNoURL() async throws {
        try await World.with { world in
            let text = try world.text(try await world.script([Piece(url: "http://h/f?\(Self.token)")]))
            let lines = text.split(separator: "\n").filter { $0.contains(Self.token) || $0.contains("://") }
            #expect(lines.map { $0.trimmingCharacters(in: .whitespaces) } == ["'http://h/f?\(Self.token)'"])
        }
    }

    @Test func configurationOfWgetIsNotRead() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            try world.write("header = X: y\nbackground = on\nspider = on\n".utf8, "\(world.root)/.wgetrc")
            let script = try await world.script([Piece(url: try world.url("/file/dump.rdb?k"))])
            #expect(try await world.start(script, environment: ["HOME": world.root]).result().status == 0)
        }
    }
}
