import RDBFormat
import Testing

@Suite struct RDBAuxFactsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: [UInt8]
        var facts: RDBAuxFacts

        init(_ description: String, _ fields: [[UInt8]], _ facts: RDBAuxFacts) {
            testDescription = description
            self.fields = fields.flatMap(\.self)
            self.facts = facts
        }
    }

    private static func short(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    private static func aux(_ name: String, _ value: [UInt8]) -> [UInt8] { [0xfa] + short(name) + value }

    private static func aux(_ name: String, _ value: String) -> [UInt8] { aux(name, short(value)) }

    private static let junk14 = [0x40, 0x50] + [UInt8](repeating: 0x78, count: 0x50)
    private static let version = RDBAuxFacts(engine: .redis, engineVersion: "7.2.4")

    static let cases: [Case] = [
        Case("none", [], RDBAuxFacts()),
        Case("Redis version", [aux("redis-ver", "7.2.4")], version),
        Case("Valkey version", [aux("valkey-ver", "8.0.1")], RDBAuxFacts(engine: .valkey, engineVersion: "8.0.1")),
        Case(
            "Valkey outranks Redis",
            [aux("valkey-ver", "8.0.1"), aux("redis-ver", "7.2.4")],
            RDBAuxFacts(engine: .valkey, engineVersion: "8.0.1")
        ),
        Case(
            "version stored as a number",
            [aux("redis-ver", [0xc0, 7])],
            RDBAuxFacts(engine: .redis, engineVersion: "7")
        ),
        Case("unprintable version", [aux("redis-ver", "7\n8")], RDBAuxFacts(engine: .redis)),
        Case(
            "overlong version",
            [aux("redis-ver", [0x40, 65] + [UInt8](repeating: 0x37, count: 65))],
            RDBAuxFacts(engine: .redis)
        ),
        Case("int8", [aux("redis-bits", [0xc0, 64])], RDBAuxFacts(pointerBits: 64)),
        Case("negative int8", [aux("ctime", [0xc0, 0xfe])], RDBAuxFacts(createdAt: -2)),
        Case("int16", [aux("used-mem", [0xc1, 0x34, 0x12])], RDBAuxFacts(usedMemory: 0x1234)),
        Case(
            "int32",
            [aux("ctime", [0xc2, 0x00, 0xf1, 0x53, 0x65])],
            RDBAuxFacts(createdAt: 1_700_000_000)
        ),
        Case("decimal text", [aux("used-mem", "68719476736")], RDBAuxFacts(usedMemory: 68_719_476_736)),
        Case("text that is no number", [aux("ctime", "yesterday")], RDBAuxFacts()),
        Case("AOF base", [aux("aof-base", [0xc0, 1])], RDBAuxFacts(isAOFBase: true)),
        Case("not an AOF base", [aux("aof-base", "0")], RDBAuxFacts(isAOFBase: false)),
        Case("unknown names are skipped", [aux("%note", junk14), aux("redis-ver", "7.2.4")], version),
        Case("numeric names are skipped", [[0xfa, 0xc0, 1, 0xc0, 2], aux("redis-ver", "7.2.4")], version),
        Case(
            "LZF is skipped",
            [aux("repl-id", [0xc3, 3, 0x40, 200, 1, 2, 3]), aux("redis-ver", "7.2.4")],
            version
        ),
        Case(
            "32-bit length",
            [aux("a", [0x80, 0, 0, 0, 2, 1, 2]), aux("redis-ver", "7.2.4")],
            version
        ),
        Case(
            "64-bit length",
            [aux("a", [0x81, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2]), aux("redis-ver", "7.2.4")],
            version
        ),
        Case(
            "64-bit length beyond Int",
            [aux("a", [0x81] + [UInt8](repeating: 0xff, count: 8)), aux("redis-ver", "7.2.4")],
            RDBAuxFacts()
        ),
        Case("unused length encoding", [aux("a", [0x82, 0, 0, 0, 1]), aux("redis-ver", "7.2.4")], RDBAuxFacts()),
        Case("unused string encoding", [aux("a", [0xc4, 0]), aux("redis-ver", "7.2.4")], RDBAuxFacts()),
        Case("later value counts", [aux("ctime", [0xc0, 1]), aux("ctime", [0xc0, 2])], RDBAuxFacts(createdAt: 2)),
        Case("stops at another opcode", [[0xfe, 0], aux("redis-ver", "7.2.4")], RDBAuxFacts()),
        Case(
            "cut value",
            [aux("redis-ver", "7.2.4"), [0xfa] + short("ctime") + [0xc2, 1]],
            version
        ),
    ]

    @Test(arguments: cases)
    func readsLeadingFields(_ example: Case) {
        let file = Array("REDIS0011".utf8) + example.fields
        #expect(scan(file).aux == example.facts)
    }

    @Test func stopsAfterFourKibibytes() {
        let filler = (0..<60).flatMap { _ in Self.aux("a", Self.junk14) }
        let file = Array("REDIS0011".utf8) + Self.aux("redis-ver", "7.2.4") + filler + Self.aux("ctime", [0xc0, 1])
        let findings = scan(sealed(file))
        #expect(findings.aux == Self.version)
        #expect(findings.verdict == .checksummed)
        #expect(findings.structure == .complete)
    }

    @Test(arguments: RDBFixture.checksummed + ["no-checksum"])
    func readsWhatRedisWrote(name: String) throws {
        let aux = try scan(RDBFixture.bytes(name)).aux
        #expect(aux.engine == .redis)
        #expect(aux.engineVersion == "7.0.15")
        #expect(aux.pointerBits == 64)
        #expect(aux.isAOFBase == false)
        #expect(try #require(aux.createdAt) > 1_700_000_000)
        #expect(try #require(aux.usedMemory) > 500_000)
    }
}
