import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

@Suite struct ShellQuotingTests {
    @Test(arguments: Shell.allCases)
    func tenThousandURLsSurviveTheShell(_ shell: Shell) async throws {
        try await World.with { world in
            var random = SplitMix(state: 1)
            let urls = (0..<10_000).map { _ in random.url() }
            let entries = try urls.enumerated().map { index, url in
                let resolved = world.resolved(Piece(position: index, url: url))
                let lease = try #require(resolved.files.first?.lease as? FixedLease)
                return try ScriptEntry(resolved.files[0].file, of: resolved, path: "p\(index)", issued: lease.issued)
            }
            let text = "fetch_or_list() { printf '%s\\n' \"$9\"; }\n" + entries.map(\.text).joined(separator: "\n")
            let path = "\(world.root)/all.sh"
            try world.write(text.utf8, path)
            let result = try await Command.run(shell.words + [path], in: world.root)
            #expect(result.status == 0)
            #expect(result.errors.isEmpty)
            let seen = result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
                String.init
            )
            #expect(seen.count == urls.count)
            #expect(zip(seen, urls).first { $0 != $1 } == nil)
        }
    }

    @Test(arguments: ["", "'", "''", "a'b", "$(id)`id`\\\n\"!", "-n", "×", "\r\n'"])
    func everyShellReadsBackTheSameText(_ text: String) async throws {
        try await World.with { world in
            for shell in Shell.allCases {
                let words = shell.words + ["-c", "printf '%s' \(shellQuoted(text))"]
                let result = try await Command.run(words, in: world.root)
                #expect(result.output == text)
            }
        }
    }
}
