import Testing
import WherryCore

@testable import WherryRestore

/// Which counts prove that a server has all that a dump holds.
@Suite struct KeyComparisonTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var info: String
        var emptied: Int64 = 0
        var volatileHashes: Int64 = 0
        var recorded: Int64? = 10
        var code: String?
    }

    private static func modern(_ loaded: Int, _ expired: Int) -> String {
        "loading:0\r\nrdb_last_load_keys_loaded:\(loaded)\r\nrdb_last_load_keys_expired:\(expired)\r\n"
    }

    private static func old(_ keys: Int) -> String { "loading:0\r\ndb0:keys=\(keys),expires=0\r\n" }

    static let cases = [
        Case(testDescription: "all", info: modern(10, 0)),
        Case(testDescription: "some expired", info: modern(7, 3)),
        Case(testDescription: "some empty", info: modern(7, 2), emptied: 1),
        Case(testDescription: "nobody counted at the delivery", info: modern(10, 0), recorded: nil),
        Case(testDescription: "one missing", info: modern(9, 0), code: "prove.keys-missing"),
        Case(testDescription: "one more", info: modern(10, 1), code: "prove.keys-missing"),
        Case(testDescription: "other count", info: modern(10, 0), recorded: 11, code: "prove.other-count"),
        Case(testDescription: "hashes lost all fields", info: modern(8, 0), volatileHashes: 2),
        Case(
            testDescription: "more than hashes are missing",
            info: modern(8, 0),
            volatileHashes: 1,
            code: "prove.keys-missing"
        ),
        Case(testDescription: "old server, all", info: old(10)),
        Case(testDescription: "old server, all that expire gone", info: old(6)),
        Case(testDescription: "old server, too few", info: old(5), code: "prove.keys-missing"),
        Case(testDescription: "old server, too many", info: old(11), code: "prove.keys-missing"),
    ]

    @Test(arguments: cases)
    func countsMustFit(_ example: Case) throws {
        var facts = try #require(LoadedFacts(info: example.info))
        facts.emptied = example.emptied
        // Ten keys, four of which have an expiry.
        let comparison = KeyComparison(
            name: "dump",
            counted: CopyFacts.KeySum(total: 10, expiring: 4, volatileHashes: example.volatileHashes),
            recorded: example.recorded
        )
        var code: String?
        do {
            try comparison.check(facts)
        } catch let failure as Failure {
            code = failure.code
            #expect(failure.failureClass == .corrupt)
        }
        #expect(code == example.code)
    }

    @Test func recordsThatNobodyCanReadAreTheServersAffair() throws {
        let facts = try #require(LoadedFacts(info: Self.modern(3, 0)))
        try KeyComparison(name: "dump", counted: nil, recorded: nil).check(facts)
    }
}
