import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

/// The script at work: real shells, the real wget, a server on the loopback interface.
@Suite(.timeLimit(.minutes(2)))
struct ScriptRunTests {
    @Test(arguments: Shell.allCases)
    func fetchesVerifiesAndNotesInTheReceipt(_ shell: Shell) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb()
            try world.serve(bytes)
            let piece = Piece(
                instance: "crs-c7xq4kqu",
                size: bytes.count,
                url: try world.url("/file/dump.rdb?NuRTyoDugir/5bQ3o46l+/==")
            )
            let script = try await world.script([piece])
            let result = try await world.start(script, in: shell).result()
            #expect(result.status == 0, "\(result.errors)")
            #expect(world.server?.requests == ["GET /file/dump.rdb?NuRTyoDugir/5bQ3o46l+/==|"])
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
            let receipt = try ConfirmationFile(parsing: world.text("\(script).receipt"))
            let entry = try #require(receipt.entries.first)
            #expect(receipt.run == RunID(rawValue: 12))
            #expect(receipt.sink == "script")
            #expect(entry.size == ByteCount(Int64(bytes.count)))
            #expect(entry.path == "\(world.target)/\(piece.path)")
            let sum = try await Command.run(["sha256sum", entry.path], in: world.root).output
            #expect(sum.hasPrefix(entry.sha256.hex))
        }
    }

    @Test(arguments: Shell.allCases)
    func secondRunFetchesNothingAndAddsNothing(_ shell: Shell) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb()
            try world.serve(bytes)
            let pieces = try (0..<3).map {
                Piece(position: $0, size: $0 == 1 ? bytes.count : nil, url: try world.url("/file/dump.rdb?\($0)"))
            }
            let script = try await world.script(pieces)
            #expect(try await world.start(script, in: shell).result().status == 0)
            let receipt = try world.text("\(script).receipt")
            let again = try await world.start(script, in: shell).result()
            #expect(again.status == 0)
            #expect(again.output.contains("0 fetched, 3 already there, 0 failed"))
            #expect(world.server?.requests.count == 3)
            #expect(try world.text("\(script).receipt") == receipt)
        }
    }

    @Test func filesThatAreThereNeedNoValidURL() async throws {
        try await World.with { world in
            let piece = Piece(expiresIn: -1, url: "http://127.0.0.1:9/f?k")
            try world.write(World.rdb(), "\(world.target)/\(piece.path)")
            let script = try await world.script([piece])
            #expect(try await world.start(script).result().status == 0)
            #expect(try ConfirmationFile(parsing: world.text("\(script).receipt")).entries.count == 1)
        }
    }

    @Test(arguments: Shell.allCases)
    func expiredURLIsNotEvenTried(_ shell: Shell) async throws {
        try await World.with(server: true) { world in
            let piece = Piece(size: 9, expiresIn: -1, url: try world.url("/file/dump.rdb?k"))
            try world.write("REDIS".utf8, "\(world.target)/\(piece.path).part")
            let result = try await world.start(try await world.script([piece]), in: shell).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("expired") && result.errors.contains("Run wherry again"))
            #expect(world.server?.requests == [])
            #expect(world.exists("\(world.target)/\(piece.path).part"))
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var target = "/file/dump.rdb?k"
        var served = World.rdb()
        var size: Int?
        var sha256: String?
    }

    @Test(arguments: [
        Wrong(testDescription: "size", size: 4_711),
        Wrong(testDescription: "digest", sha256: String(repeating: "0", count: 64)),
        Wrong(testDescription: "HTML page", target: "/html/dump.rdb?k"),
        Wrong(testDescription: "HTML page of the right size", target: "/html/dump.rdb?k", size: 26),
        Wrong(testDescription: "no end", served: Array(World.rdb().dropLast())),
        Wrong(testDescription: "bytes behind the end", served: World.rdb() + [10]),
        Wrong(testDescription: "magic without a number", served: Array("REDISxxxx".utf8) + World.rdb().dropFirst(9)),
        Wrong(testDescription: "empty", served: []),
    ])
    func wrongFileIsSetAsideAndTheOthersGoOn(_ wrong: Wrong) async throws {
        try await World.with(server: true) { world in
            try world.serve(wrong.served)
            try world.serve(World.rdb(), as: "good.rdb")
            let sha256 = wrong.sha256.flatMap { SHA256Digest(hex: $0) }
            let first = Piece(instance: "a", size: wrong.size, sha256: sha256, url: try world.url(wrong.target))
            let second = Piece(instance: "b", url: try world.url("/file/good.rdb?k"))
            let late = Piece(instance: "c", expiresIn: -1, url: try world.url("/file/good.rdb?k"))
            let script = try await world.script([first, second, late])
            let result = try await world.start(script).result()
            #expect(result.status == 65)
            #expect(try world.names(in: "\(world.target)/a") == ["backup-1-0.rdb.wrong"])
            #expect(try world.names(in: "\(world.target)/b") == ["backup-1-0.rdb"])
            #expect(try ConfirmationFile(parsing: world.text("\(script).receipt")).entries.map(\.instance) == ["b"])
        }
    }

    @Test func wrongFileOfAnEarlierTimeIsReplaced() async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb()
            try world.serve(bytes)
            let digest = try await Command.run(["sha256sum", "\(world.served)/dump.rdb"], in: world.root).output.prefix(
                64
            )
            let piece = Piece(
                size: bytes.count,
                sha256: SHA256Digest(hex: digest),
                url: try world.url("/file/dump.rdb?k")
            )
            try world.write(World.rdb(seed: 1), "\(world.target)/\(piece.path)")
            #expect(try await world.start(try await world.script([piece])).result().status == 0)
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
        }
    }

    @Test(arguments: Shell.allCases, [true, false])
    func resumesFromAPartialFile(_ shell: Shell, _ sizeIsKnown: Bool) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb(40_000)
            try world.serve(bytes)
            let piece = Piece(size: sizeIsKnown ? bytes.count : nil, url: try world.url("/file/dump.rdb?k"))
            try world.write(bytes.prefix(12_345), "\(world.target)/\(piece.path).part")
            #expect(try await world.start(try await world.script([piece]), in: shell).result().status == 0)
            #expect(world.server?.requests == ["GET /file/dump.rdb?k|bytes=12345-"])
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
            #expect(try world.names(in: "\(world.target)/crs-1") == ["backup-1-0.rdb"])
        }
    }

    @Test(arguments: [true, false])
    func wholePartialFileIsTakenAsItIs(_ sizeIsKnown: Bool) async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb()
            try world.serve(bytes)
            let piece = Piece(size: sizeIsKnown ? bytes.count : nil, url: try world.url("/file/dump.rdb?k"))
            try world.write(bytes, "\(world.target)/\(piece.path).part")
            #expect(try await world.start(try await world.script([piece])).result().status == 0)
            // Without a size only the server can say that nothing is missing.
            #expect(world.server?.requests.count == (sizeIsKnown ? 0 : 1))
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
        }
    }

    @Test func serverWithoutRangesStillGivesAWholeFile() async throws {
        try await World.with(server: true) { world in
            let bytes = World.rdb(40_000)
            try world.serve(bytes)
            let piece = Piece(url: try world.url("/whole/dump.rdb?k"))
            try world.write(bytes.prefix(12_345), "\(world.target)/\(piece.path).part")
            #expect(try await world.start(try await world.script([piece])).result().status == 0)
            #expect(try world.bytes("\(world.target)/\(piece.path)") == bytes)
        }
    }

    @Test(arguments: ["/403/f?k", "/404/f?k", "/302/dump.rdb?k"])
    func refusedURLIsWorthAnotherTry(_ target: String) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let piece = Piece(url: try world.url(target))
            let result = try await world.start(try await world.script([piece])).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("the server refuses it"))
            #expect(world.server?.requests.count == 1)
            #expect(!world.exists("\(world.target)/\(piece.path)"))
        }
    }

    @Test func unreachableServerIsWorthAnotherTry() async throws {
        try await World.with { world in
            let result = try await world.start(try await world.script([Piece(url: "http://127.0.0.1:1/f?k")])).result()
            #expect(result.status == 75)
            #expect(result.errors.contains("cannot be reached"))
        }
    }

    @Test(arguments: Shell.allCases)
    func namesOfAnyKindAreHarmless(_ shell: Shell) async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let names = ["../../up", "生产", "-rf", "a'b\n#$(touch hacked)", "50%\t", ".", "crs 1;\u{202E}"]
            let pieces = try names.map { Piece(instance: $0, backup: $0, url: try world.url("/file/dump.rdb?k")) }
            let script = try await world.script(pieces)
            let result = try await world.start(script, in: shell).result()
            #expect(result.status == 0, "\(result.errors)")
            let receipt = try ConfirmationFile(parsing: world.text("\(script).receipt"))
            #expect(Set(receipt.entries.map(\.instance.rawValue)) == Set(names))
            #expect(receipt.entries.allSatisfy { world.exists($0.path) })
            #expect(!world.exists("\(world.root)/hacked"))
        }
    }

    @Test func targetMayHaveAnOddNameAndComeFromTheEnvironment() async throws {
        try await World.with(server: true) { world in
            try world.serve(World.rdb())
            let script = try await world.script([Piece(url: try world.url("/file/dump.rdb?k"))])
            let environment = ["PATH": Tools.path, "WHERRY_TARGET": "-a 100% 'x'"]
            let result = try await Command.run(
                ["dash", script, "--receipt", "-r"],
                in: world.root,
                environment: environment
            )
            #expect(result.status == 0, "\(result.errors)")
            let receipt = try ConfirmationFile(parsing: world.text("\(world.root)/-r"))
            #expect(receipt.entries.map(\.path) == ["\(world.root)/-a 100% 'x'/crs-1/backup-1-0.rdb"])
        }
    }
}
