import Testing

@testable import WherryTransfer

struct SyncChoiceTests {
    @Test func oneCallForManyFilesUnlessItWaitsForOthers() {
        var choice = SyncChoice()
        for _ in 0..<3 {
            #expect(!isTogether(3, &choice))
            #expect(isTogether(4, &choice))
            choice.took(0.08, for: 4)
        }
        // Somebody else has written gigabytes.
        #expect(isTogether(16, &choice))
        choice.took(0.4, for: 16)
        #expect(pause(&choice) == 32)
        // Still: it is tried again later and later.
        choice.took(nil, for: 16)
        #expect(pause(&choice) == 64)
        choice.took(0.01, for: 16)
        #expect(isTogether(16, &choice))
        choice.took(30, for: 16)
        #expect(pause(&choice) == 32)
    }

    private func isTogether(_ files: Int, _ choice: inout SyncChoice) -> Bool { choice.syncsTogether(files) }

    /// How many batches are synced one by one before another try.
    private func pause(_ choice: inout SyncChoice) -> Int {
        var count = 0
        while !choice.syncsTogether(16), count < 10_000 { count += 1 }
        return count
    }
}
