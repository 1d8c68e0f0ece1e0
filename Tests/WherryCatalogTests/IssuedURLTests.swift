import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct IssuedURLTests {
    @Test func keepsEveryByteOfAURL() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let intranet = "http://10.66.21.8:80/redis-1/orders.rdb?appid=12&token=a/b+c/d==&sign=%2F+~/=="
            let extranet = "https://DL.example:443/redis-1//orders.rdb?token=Zm9v/YmFy+w==&sig=a%2fb%2Fc&empty=&&x"
            let files = try await catalog.issue([Sample.file(intranet: intranet, extranet: extranet)])
            let read = try await catalog.usable(at: .sample)
            #expect(read == files)
            #expect(read.first?.issued.intranet?.text == intranet)
            #expect(read.first?.issued.extranet?.text == extranet)
        }
    }

    @Test func keepsAThousandRandomURLs() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            var random = SeededGenerator(seed: 7)
            let urls = (0..<1_000).map { _ in
                let length = Int.random(in: 1...300, using: &random)
                let bytes = (0..<length).map { _ in UInt8.random(in: 0x20...0x7E, using: &random) }
                return "https://h/p?" + String(decoding: bytes, as: UTF8.self)
            }
            let recorded = try await catalog.issue(
                urls.enumerated().map { Sample.file($0.offset, extranet: $0.element) }
            )
            let usable = try await catalog.usable(at: .sample)
            #expect(usable == recorded)
            #expect(usable.compactMap { $0.issued.extranet.map { Array($0.text.utf8) } } == urls.map { Array($0.utf8) })
        }
    }

    @Test func keepsOneNetworkOnly() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file(intranet: nil)])
            let file = try #require(try await catalog.usable(at: .sample).first)
            #expect(file.url(on: .intranet) == nil)
            #expect(file.url(on: .extranet)?.url.text == "https://dl.example/orders.rdb?token=b")
        }
    }

    @Test func countsTheURLsOfARun() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let run: RunID = try await catalog.begin()
            try await catalog.issue([Sample.file(0), Sample.file(1)], run: run)
            try await catalog.issue([Sample.file(0)], run: run)
            try await catalog.issue([Sample.file(0)])
            let issued = try await catalog.endRun(
                run,
                state: .succeeded,
                totals: RunTotals(),
                failure: nil,
                duration: .seconds(1),
                at: .sample
            )
            #expect(issued == 3)
            #expect(try catalog.value("SELECT count(*) FROM issued_url") == .integer(4))
            #expect(try catalog.value("SELECT count(*) FROM backup_file") == .integer(2))
        }
    }

    struct Life: Sendable, CustomTestStringConvertible {
        var seconds: Int
        var margin: Int
        var used: Int
        var isUsable: Bool
        var testDescription: String { "\(seconds) s of life, margin \(margin) s, after \(used) s: \(isUsable)" }
    }

    @Test(arguments: [
        // Six hours, of which a fifth is more than the margin of 15 minutes.
        Life(seconds: 21_600, margin: 900, used: 0, isUsable: true),
        Life(seconds: 21_600, margin: 900, used: 20_699, isUsable: true),
        Life(seconds: 21_600, margin: 900, used: 20_700, isUsable: false),
        // Ten minutes, of which a fifth is less than the margin.
        Life(seconds: 600, margin: 900, used: 479, isUsable: true),
        Life(seconds: 600, margin: 900, used: 480, isUsable: false),
        Life(seconds: 600, margin: 0, used: 599, isUsable: true),
        Life(seconds: 600, margin: 0, used: 600, isUsable: false),
        Life(seconds: 600, margin: 0, used: 10_000, isUsable: false),
    ])
    func isUsableWhileThereIsLifeLeft(life: Life) async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file(expiresAt: .sample + .seconds(life.seconds))])
            let usable = try await catalog.usable(at: .sample + .seconds(life.used), margin: .seconds(life.margin))
            #expect(usable.isEmpty == !life.isUsable)
        }
    }

    @Test func aRejectedURLIsNotGivenOutAgain() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let first = try #require(try await catalog.issue([Sample.file()]).first)
            try await catalog.reject(urlID: first.urlID, at: .sample + .seconds(10))
            try await catalog.reject(urlID: first.urlID, at: .sample + .seconds(20))
            #expect(try await catalog.usable(at: .sample + .seconds(30)) == [])
            #expect(
                try catalog.rows("SELECT unixepoch(rejected_at) FROM issued_url")
                    == [[.integer(Timestamp.sample.seconds + 10)]]
            )

            let second = try await catalog.issue([Sample.file(extranet: "https://h/2?t")], at: .sample + .seconds(40))
            #expect(try await catalog.usable(at: .sample + .seconds(50)) == second)
        }
    }

    @Test func givesTheNewestEvenWhereAnOlderOneLastsLonger() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.issue([Sample.file(expiresAt: .sample + .seconds(7_200))])
            let newest = try await catalog.issue([Sample.file(expiresAt: .sample + .seconds(3_600))])
            #expect(try await catalog.usable(at: .sample) == newest)
        }
    }

    @Test func givesAllFilesOrNone() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let files = try await catalog.issue([Sample.file(0), Sample.file(1), Sample.file(2)])
            #expect(try await catalog.usable(at: .sample) == files)
            try await catalog.reject(urlID: files[1].urlID, at: .sample)
            #expect(try await catalog.usable(at: .sample) == [])
        }
        try await withCatalog { catalog in
            let files = [0, 1].map { BackupFile(position: $0, name: "f\($0)") }
            try await catalog.register(source: Sample.source, plugin: "depot", at: .sample)
            let instance = Instance(id: Sample.instance)
            try await catalog.register(Sample.backup(), of: instance, files: files, in: Sample.source, at: .sample)
            try await catalog.issue([Sample.file(0)])
            #expect(try await catalog.usable(at: .sample) == [])
        }
    }
}
