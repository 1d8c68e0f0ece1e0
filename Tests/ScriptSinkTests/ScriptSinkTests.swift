import Foundation
import Testing
import WherryCore
import WherryPluginKit

@testable import ScriptSink

@Suite struct ScriptSinkTests {
    @Test func writesNothingWhenNothingWasDelivered() async throws {
        try await World.with { world in
            let sink = try await world.sink()
            try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            try await sink.finish(world.summary())
            #expect(try world.names(in: world.scripts).isEmpty)
        }
    }

    @Test func receiptNamesThePathsAndTheEarliestExpiry() async throws {
        try await World.with { world in
            let sink = try await world.sink(target: "/srv/redis")
            var backup = world.resolved(Piece(position: 0, expiresIn: 900, url: "http://h/0?k"))
            backup.files += world.resolved(Piece(position: 1, expiresIn: 600, url: "http://h/1?k")).files
            let receipt = try await sink.deliver(backup, using: LinkOnly())
            #expect(receipt.outcome == .emitted)
            #expect(receipt.validUntil == world.now + .seconds(600))
            #expect(
                receipt.artifacts == [
                    Artifact(position: 0, location: "/srv/redis/crs-1/backup-1-0.rdb"),
                    Artifact(position: 1, location: "/srv/redis/crs-1/backup-1-1.rdb"),
                ]
            )
        }
    }

    @Test func scriptIsPrivateAndAloneInItsFolder() async throws {
        try await World.with { world in
            let script = try await world.script([Piece(url: "http://h/f?k")])
            #expect(try world.names(in: world.scripts) == ["wherry-run12-\(world.now.compact).sh"])
            for path in [script, world.scripts] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o700)
            }
        }
    }

    @Test func orderDoesNotDependOnTheOrderOfDelivery() async throws {
        let pieces = [("b", "1", 0), ("a", "2", 1), ("a", "2", 0), ("a", "1", 0)].map { instance, backup, position in
            Piece(instance: instance, backup: backup, position: position, url: "http://h/f?k")
        }
        try await World.with { world in
            let first = try world.text(try await world.script(pieces, run: 1))
            let second = try world.text(try await world.script(pieces.reversed(), run: 2))
            #expect(
                first.replacing("run1", with: "run2").replacing("run 1", with: "run 2").replacing(
                    "run=1",
                    with: "run=2"
                ) == second
            )
            let paths = second.split(separator: "\n").filter { $0.contains(".rdb'") }.map { $0.prefix { $0 != "\\" } }
            let names = paths.map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(names == ["'a/1-0.rdb'", "'a/2-0.rdb'", "'a/2-1.rdb'", "'b/1-0.rdb'"])
        }
    }

    @Test func secondDeliveryTakesThePlaceOfTheFirst() async throws {
        try await World.with { world in
            let pieces = ["http://h/old?k", "http://h/new?k"].map { Piece(url: $0) }
            let text = try world.text(try await world.script(pieces))
            #expect(!text.contains("http://h/old?k"))
            #expect(text.contains("'http://h/new?k'"))
        }
    }

    @Test func everyRunStartsWithAnEmptyList() async throws {
        try await World.with { world in
            let sink = try await world.sink()
            _ = try await sink.deliver(world.resolved(Piece(url: "http://h/f?k")), using: LinkOnly())
            try await sink.prepare(run: RunID(rawValue: 2), recovering: false)
            try await sink.finish(world.summary(run: 2))
            #expect(try world.names(in: world.scripts).isEmpty)
        }
    }

    @Test func twoSinksInOneFolderBothKeepTheirScripts() async throws {
        try await World.with { world in
            for name in ["one", "two"] {
                let sink = try await world.sink(named: name)
                try await sink.prepare(run: RunID(rawValue: 12), recovering: true)
                _ = try await sink.deliver(world.resolved(Piece(url: "http://h/\(name)?k")), using: LinkOnly())
                try await sink.finish(world.summary())
            }
            let stem = "wherry-run12-\(world.now.compact)"
            #expect(try world.names(in: world.scripts) == ["\(stem)-2.sh", "\(stem).sh"])
            #expect(try world.text("\(world.scripts)/\(stem)-2.sh").contains("script='\(stem)-2.sh'"))
        }
    }

    @Test func recoveryRemovesOnlyItsOwnLeftovers() async throws {
        try await World.with { world in
            let others = [".wherry~other~1.tmp", ".wherry~script-2~1.tmp", "wherry-run1.sh", "notes.tmp"]
            for name in others + [".wherry~script~1.tmp"] { try world.write([], "\(world.scripts)/\(name)") }
            let sink = try await world.sink()
            try await sink.prepare(run: RunID(rawValue: 2), recovering: false)
            #expect(try world.names(in: world.scripts).count == 5)
            try await sink.prepare(run: RunID(rawValue: 3), recovering: true)
            #expect(try world.names(in: world.scripts) == others.sorted())
        }
    }

    @Test(arguments: [
        "http://h/a\r\nb", "http://h/\u{0}", "http://h/\u{7F}", "http://h/\t", "ftp://h/f", "h/f", "http:h",
    ])
    func refusesURLsThatNoScriptCouldHold(_ url: String) async throws {
        try await World.with { world in
            let sink = try await world.sink()
            let failure = try await #require(throws: Failure.self) {
                try await sink.deliver(world.resolved(Piece(url: url)), using: LinkOnly())
            }
            #expect(failure.code == "script.url-unusable")
            #expect(failure.failureClass == .unsupported)
            try await sink.finish(world.summary())
            #expect(!world.exists(world.scripts))
        }
    }

    @Test func refusesTwoFilesOfOnePath() async throws {
        try await World.with { world in
            let sink = try await world.sink()
            let piece = Piece(url: "http://h/f?k")
            _ = try await sink.deliver(world.resolved(piece, source: "one"), using: LinkOnly())
            let failure = try await #require(throws: Failure.self) {
                try await sink.deliver(world.resolved(piece, source: "two"), using: LinkOnly())
            }
            #expect(failure.code == "script.path-taken")
        }
    }

    @Test func checkTellsWhatItFinds() async throws {
        try await World.with { world in
            func level(_ folder: String) async throws -> Finding.Level? {
                try await world.sink(folder: folder).check().first?.level
            }
            #expect(try await level("\(world.root)/new/er") == .ok)
            #expect(!world.exists("\(world.root)/new"))
            try world.write([], "\(world.root)/plain")
            #expect(try await level("\(world.root)/plain") == .error)
            #expect(try await level("\(world.root)/plain/below") == .error)
            for (mode, expected) in [(0o755, Finding.Level.warning), (0o750, .ok), (0o700, .ok)] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: world.served)
                #expect(try await level(world.served) == expected)
            }
        }
    }

    @Test func folderThatCannotBeMadeIsAConfigurationFailure() async throws {
        try await World.with { world in
            try world.write([], "\(world.root)/plain")
            let sink = try await world.sink(folder: "\(world.root)/plain/below")
            let failure = try await #require(throws: Failure.self) {
                try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
            }
            #expect(failure.code == "script.cannot-write")
            #expect(failure.failureClass == .configuration)
        }
    }

    @Test(arguments: [
        ("path", "{instance}.rdb"), ("path", "{instance}/{backup}/{shard}\n"), ("target", ""), ("target", "a\tb"),
    ])
    func refusesOptionsThatCannotWork(_ name: String, _ value: String) async throws {
        try await World.with { world in
            let failure = try await #require(throws: Failure.self) {
                _ = name == "path" ? try await world.sink(path: value) : try await world.sink(target: value)
            }
            #expect(failure.failureClass == .configuration)
        }
    }
}
