import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// How long a delivery takes whose plugin never ends; `scripts/run-tests` runs this while little else is at work.
@Suite(.timeLimit(.minutes(2)))
struct PluginDeadlineTests {
    @Test func aPluginThatIgnoresSIGTERMIsGoneFiveSecondsAfterItsDeadline() async throws {
        try await World.with { world in
            let sink = try await world.sink(try world.broken("hang-for-ever"), BrokenSinkTests.short)
            let (backup, transfer) = world.backup([10])
            let start = ContinuousClock.now
            await #expect(throws: Failure.self) { try await sink.deliver(backup, using: transfer) }
            #expect(.now - start < .seconds(6 + 5 + 2))  // 2 to describe and start a program in Python
        }
    }
}
