import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// The scripts of flavors other than wget at work: the real curl and aria2, a server on the loopback interface.
@Suite(.timeLimit(.minutes(2)))
struct FlavorRunTests {
    struct Fetching: Sendable, CustomTestStringConvertible {
        let flavor: Flavor
        let shell: Shell
        var testDescription: String { "\(flavor.rawValue) in \(shell)" }

        /// Which of the emitted files is run.
        func script(_ files: [String]) -> String { files[flavor == .curl ? 0 : 1] }
    }

    private static let both = [Flavor.curl, .aria2].flatMap { flavor in
        Shell.allCases.map { Fetching(flavor: flavor, shell: $0) }
    }
    private static let dash = [Flavor.curl, .aria2].map { Fetching(flavor: $0, shell: .dash) }

    @Test(arguments: both)
    func fetchesVerifiesAndNotesInTheReceipt(_ tool: Fetching) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb()
            try world.serve(bytes)
            let query = "/file/dump.rdb?NuRTyoDugir/5bQ3o46l+/==&a=\\\"'$(id)"
            let pieces = try (0..<3).map {
                Piece(
                    position: $0,
                    size: $0 == 1 ? bytes.count : nil,
                    url: try world.url(tool.flavor == .curl ? query : "/file/dump.rdb?'$(id)")
                )
            }
            let script = tool.script(try await world.emitted(tool.flavor.rawValue, pieces))
            let result = try await world.start(script, in: tool.shell).result()
            #expect(result.status == 0, "\(result.errors)")
            if tool.flavor == .curl { #expect(world.server?.requests == Array(repeating: "GET \(query)|", count: 3)) }
            for piece in pieces { #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes) }
            let receipt = try ConfirmationFile(parsing: world.text("\(script).receipt"))
            #expect(receipt.entries.map(\.path) == pieces.map { "\(world.target)/\($0.path)" })
            // Again: nothing is fetched, nothing is added.
            #expect(try await world.start(script, in: tool.shell).result().status == 0)
            #expect(world.server?.requests.count == 3)
            #expect(try ConfirmationFile(parsing: world.text("\(script).receipt")) == receipt)
        }
    }

    @Test(arguments: both)
    func expiredURLIsNotEvenTried(_ tool: Fetching) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let late = Piece(instance: "a", expiresIn: -1, url: try world.url("/file/dump.rdb?k"))
            let good = Piece(instance: "b", url: try world.url("/file/dump.rdb?good"))
            let script = tool.script(try await world.emitted(tool.flavor.rawValue, [late, good]))
            let result = try await world.start(script, in: tool.shell).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("expired") && result.errors.contains("Run wherry again"))
            #expect(world.server?.requests == ["GET /file/dump.rdb?good|"])
            #expect(try ConfirmationFile(parsing: world.text("\(script).receipt")).entries.map(\.instance) == ["b"])
        }
    }

    @Test(arguments: dash)
    func whatWasWrongOnceIsStillMissing(_ tool: Fetching) async throws {
        try await World.with { world in
            let piece = Piece(expiresIn: -1, url: "http://127.0.0.1:1/f?k")
            try world.write(World.rdb(), "\(world.target)/\(piece.path).wrong")
            let script = tool.script(try await world.emitted(tool.flavor.rawValue, [piece]))
            #expect(try await world.start(script).result().status == 75)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var target = "/file/dump.rdb?k"
        var served = World.rdb()
        var size: Int?
        var sha256: String?
    }

    @Test(
        arguments: dash,
        [
            Wrong(testDescription: "size", size: 4_711),
            Wrong(testDescription: "digest", sha256: String(repeating: "0", count: 64)),
            Wrong(testDescription: "HTML page", target: "/html/dump.rdb?k"),
            Wrong(testDescription: "no end", served: Array(World.rdb().dropLast())),
        ]
    )
    func wrongFileIsSetAsideAndTheOthersGoOn(_ tool: Fetching, _ wrong: Wrong) async throws {
        try await World.with(server: true) { world in
            try world.serve(wrong.served)
            try world.serve(World.rdb(), as: "good.rdb")
            let sha256 = wrong.sha256.flatMap { SHA256Digest(hex: $0) }
            let first = Piece(instance: "a", size: wrong.size, sha256: sha256, url: try world.url(wrong.target))
            let second = Piece(instance: "b", url: try world.url("/file/good.rdb?k"))
            let script = tool.script(try await world.emitted(tool.flavor.rawValue, [first, second]))
            let result = try await world.start(script).result()
            #expect(result.status == 65, "\(result.errors)")
            #expect(try world.names(in: "\(world.target)/a") == ["backup-1-0.rdb.wrong"])
            #expect(try world.names(in: "\(world.target)/b") == ["backup-1-0.rdb"])
            #expect(try ConfirmationFile(parsing: world.text("\(script).receipt")).entries.map(\.instance) == ["b"])
        }
    }

    @Test(arguments: Shell.allCases, [true, false])
    func curlResumesFromAPartialFile(_ shell: Shell, _ sizeIsKnown: Bool) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb(40_000)
            try world.serve(bytes)
            let piece = Piece(size: sizeIsKnown ? bytes.count : nil, url: try world.url("/file/dump.rdb?k"))
            try world.write(bytes.prefix(12_345), "\(world.target)/\(piece.path).part")
            let script = try await world.emitted("curl", [piece])[0]
            #expect(try await world.start(script, in: shell).result().status == 0)
            #expect(world.server?.requests == ["GET /file/dump.rdb?k|bytes=12345-"])
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
        }
    }

    @Test func curlTakesAWholePartialFileOfUnknownSize() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let piece = Piece(url: try world.url("/file/dump.rdb?k"))
            try world.write(World.rdb(), "\(world.target)/\(piece.path).part")
            let result = try await world.start(try await world.emitted("curl", [piece])[0]).result()
            #expect(result.status == 0, "\(result.errors)")
            #expect(world.server?.requests.count == 1)
        }
    }

    @Test func curlBeginsAgainWhereTheServerKnowsNoRanges() async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb(40_000)
            try world.serve(bytes)
            let piece = Piece(url: try world.url("/whole/dump.rdb?k"))
            try world.write(bytes.prefix(12_345), "\(world.target)/\(piece.path).part")
            #expect(try await world.start(try await world.emitted("curl", [piece])[0]).result().status == 0)
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
        }
    }

    @Test func curlGoesOnWhereTheConnectionBroke() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb(40_000))
            let piece = Piece(url: try world.url("/half/dump.rdb?k"))
            let result = try await world.start(try await world.emitted("curl", [piece])[0]).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("the connection broke"))
            #expect((world.server?.requests.count ?? 0) >= 2)
        }
    }

    @Test(arguments: dash, ["/403/f?k", "/404/f?k"])
    func refusedURLIsWorthAnotherTry(_ tool: Fetching, _ target: String) async throws {
        try await World.with(server: true) { world in
            let piece = Piece(url: try world.url(target))
            let script = tool.script(try await world.emitted(tool.flavor.rawValue, [piece]))
            let result = try await world.start(script).result()
            #expect(result.status == 75)
            #expect(world.server?.requests.count == 1)
            #expect(!world.exists("\(world.target)/\(piece.path)"))
        }
    }

    @Test func curlFollowsNoRedirection() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let piece = Piece(url: try world.url("/302/dump.rdb?k"))
            let result = try await world.start(try await world.emitted("curl", [piece])[0]).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("the server refuses it"))
            #expect(world.server?.requests.count == 1)
        }
    }

    @Test(arguments: dash)
    func theToolGetsURLsOnItsStandardInputAlone(_ tool: Fetching) async throws {
        try await World.with { world in
            let secret = "S3CRET"
            let script = tool.script(
                try await world.emitted(tool.flavor.rawValue, [Piece(url: "http://h/f?\(secret)")])
            )
            let recorder =
                "#!/bin/sh\ncase \"$*\" in *--version*) exit ;; esac\ncat >>\"$RECORD.stdin\"\n{ printf '%s\\n' \"$@\"; env; } >>\"$RECORD.shown\"\nexit 7\n"
            _ = try world.program("curl", recorder)
            let path = try world.program("aria2c", recorder)
            var environment = ["RECORD": "\(world.root)/record"]
            for name in ["url", "line", "path", "file", "entry", "final", "part", "input"] {
                environment[name] = "mine"
            }
            let result = try await world.start(script, environment: environment, path: path).result()
            #expect(result.status == 75)
            #expect(try world.text("\(world.root)/record.stdin").contains(secret))
            for text in [try world.text("\(world.root)/record.shown"), result.output, result.errors] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test(arguments: Shell.allCases)
    func oneTaskTakesOneFile(_ shell: Shell) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            var pieces = try (0..<3).map { Piece(position: $0, url: try world.url("/file/dump.rdb?\($0)")) }
            pieces[2].expiresIn = -1
            let script = try await world.emitted("curl", pieces)[0]
            // Two tasks at once share the target.
            let tasks = try (0..<2).map { try world.start(script, in: shell, ["--only", String($0)]) }
            for task in tasks { #expect(try await task.result().status == 0) }
            #expect(Set(world.server?.requests ?? []) == ["GET /file/dump.rdb?0|", "GET /file/dump.rdb?1|"])
            for (index, piece) in pieces.prefix(2).enumerated() {
                let receipt = try ConfirmationFile(parsing: world.text("\(script).\(index).receipt"))
                #expect(receipt.entries.map(\.path) == ["\(world.target)/\(piece.path)"])
            }
            #expect(try await world.start(script, in: shell, ["--only", "2"]).result().status == 77)
            for none in ["3", "", "-1", "01", "x", "9999999999"] {
                #expect(try await world.start(script, in: shell, ["--only", none]).result().status == 64)
            }
        }
    }

    @Test func tasksOfASlurmArrayShareManyFiles() async throws {
        try await World.with { world in
            let pieces = (0..<1_003).map { Piece(position: $0, expiresIn: -1, url: "http://127.0.0.1:1/f?\($0)") }
            let files = try await world.emitted("slurm", pieces)
            let batch = try world.text(files[0])
            #expect(batch.contains("\n#SBATCH --array=0-999%4\n"))
            for position in [2, 1_002] { try world.write(World.rdb(), "\(world.target)/\(pieces[position].path)") }
            let environment = ["SLURM_ARRAY_TASK_ID": "2"]
            #expect(try await world.command("bash '\(files[0])'", environment: environment).result().status == 0)
            for position in [2, 1_002] { #expect(world.exists("\(files[1]).\(position).receipt")) }
            let last = try await world.command("sh '\(files[0])'", environment: ["SLURM_ARRAY_TASK_ID": "3"]).result()
            #expect(last.status == 77)
        }
    }

    @Test func largeManifestsAreCutWhereKubernetesWouldRefuseThem() async throws {
        try await World.with { world in
            let long = String(repeating: "x", count: 7_000)
            let pieces = (0..<250).map { Piece(position: $0, url: "http://h/f?\($0)\(long)") }
            let manifest = try await Manifest(try await world.emitted("kubernetes", pieces)[0], in: world)
            let jobs = manifest.all("Job")
            #expect(jobs.count == 3)
            #expect(jobs.compactMap(\.spec?.completions).reduce(0, +) == 250)
            #expect(jobs.allSatisfy { $0.spec?.completionMode == "Indexed" })
            #expect(Set(manifest.documents.map(\.metadata.name)).count == 3)
            for (secret, job) in zip(manifest.all("Secret"), jobs) {
                #expect(secret.stringData?.count == job.spec?.completions)
                #expect((secret.stringData?.values.map(\.utf8.count).reduce(0, +) ?? 0) < 1 << 20)
            }
        }
    }

    @Test(arguments: ["script", "Kube.Sink_1", "-", "生产", String(repeating: "a", count: 40)])
    func namesInManifestsAreShortAndPlain(_ sink: String) async throws {
        try await World.with { world in
            let sink = try await world.sink(
                named: sink,
                options: [
                    "flavor": .text("kubernetes"), "image": .text("i"), "claim": .text("c"), "per": .text("backup"),
                ]
            )
            try await sink.prepare(run: RunID(rawValue: 1_234_567), recovering: false)
            _ = try await sink.deliver(world.resolved(Piece(url: "http://h/f")), using: LinkOnly())
            try await sink.finish(world.summary(run: 1_234_567))
            let manifest = try await Manifest("\(world.scripts)/\(try world.names(in: world.scripts)[0])", in: world)
            let name = try #require(manifest.all("Job").first?.metadata.name)
            #expect(name.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil)
            #expect(name.count <= 57, "a pod's name has its index behind it")
        }
    }
}
