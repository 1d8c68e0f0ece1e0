import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// The parts that only compute.
@Suite
struct SmallPartsTests {
    @Test(arguments: [(784_111_700, 784_111_710, 67), (784_111_770, 784_111_780, 0), (784_111_800, 784_111_801, -23)])
    func leadIsCountedFromOutsideTheExchange(_ sent: Int64, _ received: Int64, _ lead: Int64) {
        let answer = HTTPExchangeResponse(status: 200, headers: [("date", "Sun, 06 Nov 1994 08:49:37 GMT")])
        let counted = ServerClock.lead(
            of: answer,
            sent: Timestamp(seconds: sent),
            received: Timestamp(seconds: received)
        )
        #expect(counted == .seconds(lead))
    }

    @Test(arguments: [
        (["a-10", "a-9", "a-1"], ["a-1", "a-9", "a-10"]), (["a-01", "a-1"], ["a-1", "a-01"]),
        (["b", "a", ""], ["", "a", "b"]), (["1-2-x", "1-10-x", "1-2"], ["1-2", "1-2-x", "1-10-x"]),
        (
            ["99999999999999999999999", "100000000000000000000000"],
            ["99999999999999999999999", "100000000000000000000000"]
        ),
    ])
    func namesAreOrderedByTheirNumbers(_ names: [String], _ sorted: [String]) {
        #expect(names.sorted(by: FileOrder.precedes) == sorted)
        #expect(Array(names.reversed()).sorted(by: FileOrder.precedes) == sorted)
    }

    @Test(arguments: [(0, 1), (28, 1), (29, 2), (58, 2), (59, 3), (1_825, 61), (100_000, 61), (-50, 1)])
    func spansCoverWhatIsAskedForInPermittedLengths(_ days: Int64, _ count: Int) throws {
        let now = Timestamp(seconds: 1_700_000_000)
        let since = Timestamp(seconds: now.seconds - days * 86_400)
        let spans = try BackupSpan.covering(since: since, now: now).map { try #require($0) }
        #expect(spans.count == count)
        #expect(spans.allSatisfy { $0.begin < $0.end && $0.end - $0.begin <= .seconds(30 * 86_400) })
        #expect(spans.last?.end == now + .seconds(86_400))
        #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.end == $1.begin })
        if days <= 1_825 { #expect(spans[0].begin <= since) }
    }

    @Test func extremeTimesDoNotOverflow() {
        let now = Timestamp(seconds: 1_700_000_000)
        #expect(BackupSpan.covering(since: Timestamp(seconds: .min), now: now).count == 61)
        #expect(BackupSpan.covering(since: Timestamp(seconds: .max), now: now).count == 1)
    }
}
