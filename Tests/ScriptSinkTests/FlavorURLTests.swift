import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// Every flavor in its real tool: the server sees the very bytes that were issued, for any URL there can be.
///
/// A short slice here; `WHERRY_URLS=10000` in the environment makes it long, `WHERRY_SEED` another one, and
/// `WHERRY_FLAVORS=curl,slurm` takes only these.
@Suite(.timeLimit(.minutes(60)))
struct FlavorURLTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["WHERRY_URLS"].flatMap(Int.init) ?? 100
    private static let seed = environment["WHERRY_SEED"].flatMap(UInt64.init) ?? 20_261_124
    /// So many URLs in one script.
    private static let batch = 200

    private static let flavors =
        environment["WHERRY_FLAVORS"].map { $0.split(separator: ",").compactMap { Flavor(rawValue: String($0)) } }
        ?? Flavor.allCases

    @Test(arguments: flavors)
    func serverSeesTheVeryBytes(_ flavor: Flavor) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb(100))
            var random = SplitMix(state: Self.seed)
            var expected: [String] = []
            var run: Int64 = 0
            while expected.count < Self.count {
                run += 1
                let targets = (0..<min(Self.batch, Self.count - expected.count)).map { _ in random.target() }
                let pieces = try targets.enumerated().map {
                    Piece(backup: "b\(run)", position: $0.offset, size: 118, url: try world.url($0.element))
                }
                try? FileManager.default.removeItem(atPath: world.scripts)
                let files = try await world.emitted(flavor.rawValue, pieces, run: run)
                try await Self.fetch(files, flavor: flavor, count: pieces.count, in: world)
                expected += targets.map { "GET \($0)|" }
            }
            // aria2 and Kubernetes have an order of their own.
            let seen = world.server?.requests.sorted() ?? []
            #expect(seen.count == expected.count, "seed \(Self.seed)")
            let difference = zip(seen, expected.sorted()).first { $0 != $1 }
            #expect(difference == nil, "seed \(Self.seed)")
            print("\(flavor.rawValue): \(seen.count) URLs, seed \(Self.seed)")
        }
    }

    /// Does what a person would do with the files.
    private static func fetch(_ files: [String], flavor: Flavor, count: Int, in world: World) async throws {
        switch flavor {
        case .wget, .curl:
            try await expectSuccess(of: try world.start(files[0]))
        case .aria2:
            try await expectSuccess(of: try world.start(files[1]))
        case .powershell:
            let literals = try #require(PowerShellReader.literals(in: try world.text(files[0])))
            let urls = literals.filter { $0.hasPrefix("\"http") }
            #expect(urls.count == count)
            let config = urls.map { "url = \($0)\noutput = \"/dev/null\"\n" }.joined()
            let words = ["curl", "--disable", "--config", "-", "--globoff", "--path-as-is", "--silent", "--fail"]
            try await expectSuccess(
                of: try Command(words, in: world.root, environment: ["PATH": Tools.path], input: config)
            )
        case .kubernetes:
            let manifest = try await Manifest(files[0], in: world)
            let secret = try #require(manifest.all("Secret").first?.stringData)
            let script = try #require(manifest.all("ConfigMap").first?.data?["fetch.sh"])
            #expect(!script.contains("127.0.0.1"))
            for (index, url) in secret { try world.write(url.utf8, "\(world.root)/urls/\(index)") }
            try world.write(
                script.replacing("/wherry/urls", with: "\(world.root)/urls").utf8,
                "\(world.scripts)/fetch.sh"
            )
            let all =
                "i=0; while [ $i -lt \(count) ]; do busybox sh scripts/fetch.sh --target target --only $i || exit; "
            try await expectSuccess(of: try world.command(all + "i=$((i + 1)); done"))
        case .slurm:
            #expect(files.map { $0.hasSuffix(".sbatch") } == [true, false])
            #expect(!(try world.text(files[0]).contains("127.0.0.1")))
            let all = "i=0; while [ $i -lt \(count) ]; do SLURM_ARRAY_TASK_ID=$i dash '\(files[0])' || exit; "
            try await expectSuccess(of: try world.command(all + "i=$((i + 1)); done"))
        }
    }

    private static func expectSuccess(of command: Command) async throws {
        let result = try await command.result(within: .seconds(600))
        #expect(result.status == 0, "\(result.errors.suffix(500))")
    }
}
