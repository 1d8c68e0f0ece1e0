import Foundation
import Testing
import WherryTestSupport

/// A program that is fed when wherry is killed never takes that for the end of its input.
@Suite(.timeLimit(.minutes(5)))
struct KilledFeedTests {
    @Test func aProgramDoesNotOutliveAKilledRun() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .seconds(20)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let home = scratch.sub("home")
                try home.writeConfig(for: provider, sinks: "any")
                let file = home.file("wherry.yaml")
                let sink = """
                    sinks:
                      - name: any
                        plugin: command
                        options:
                          program: sh
                          folder: .
                          arguments: ["-c", "echo $$ >started; cat >/dev/null; echo end >ended"]

                    """
                let text = try String(contentsOfFile: file, encoding: .utf8)
                try home.write("wherry.yaml", Array(text.replacingOccurrences(of: "sinks:\n", with: sink).utf8))
                for seconds in [2, 4, 8] where !FileManager.default.fileExists(atPath: home.file("started")) {
                    let wasKilled = try await Program(folder: home.path).kill(after: .seconds(seconds), "run")
                    #expect(wasKilled)
                }
                let id = try String(contentsOfFile: home.file("started"), encoding: .utf8)
                let process = try #require(Int32(id.trimmingCharacters(in: .whitespacesAndNewlines)))
                for _ in 0..<200 where kill(process, 0) == 0 { try await Task.sleep(for: .milliseconds(50)) }
                #expect(kill(process, 0) != 0, "it was killed")
                #expect(!FileManager.default.fileExists(atPath: home.file("ended")), "it saw an end")
            }
        }
    }
}
