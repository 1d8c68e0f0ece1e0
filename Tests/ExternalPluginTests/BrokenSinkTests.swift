import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import ExternalPlugin

/// Every fault ends with an error of its own, in time, and leaves no receipt.
@Suite(.timeLimit(.minutes(10)))
struct BrokenSinkTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        var name: String
        var code: String
        var options: [String: OptionValues.Value] = [:]
        var testDescription: String { name }
    }

    static let short: [String: OptionValues.Value] = ["deadline": .duration(.seconds(6))]

    static let faults = [
        Fault(name: "no-hello", code: "external.no-hello"),
        Fault(name: "wrong-version", code: "external.wrong-version"),
        Fault(name: "deaf", code: "external.late", options: ["timeout": .duration(.seconds(2))]),
        Fault(name: "garbage", code: "external.garbage"),
        Fault(name: "two-results", code: "external.spoke-after-end"),
        Fault(name: "status-disagrees", code: "external.status-disagrees"),
        Fault(name: "no-answer", code: "external.no-answer"),
        Fault(name: "hang", code: "external.late", options: short),
        Fault(name: "hang-for-ever", code: "external.late", options: short),
        Fault(name: "hang", code: "external.stalled", options: ["stall": .duration(.seconds(2))]),
        Fault(name: "long-line", code: "external.long-line"),
        Fault(name: "stderr-flood", code: "external.no-answer"),
        Fault(name: "orphan-pipe", code: "external.no-answer"),
        Fault(name: "early-result", code: "external.early-result"),
        Fault(name: "wrong-receipt", code: "external.wrong-receipt"),
        Fault(name: "killed", code: "external.killed"),
        Fault(name: "shut-stream", code: "external.shut-stream"),
        Fault(name: "backwards", code: "external.malformed"),
        Fault(name: "lingers", code: "external.lingered"),
        Fault(name: "leak-in-error", code: "external.failed"),
        Fault(name: "leak-in-receipt", code: "external.leak"),
    ]

    @Test(arguments: faults)
    func endsWithItsOwnError(_ fault: Fault) async throws {
        try await World.with { world in
            var options = fault.options
            options["secrets"] = .mapping(["token": .secret(Secret(World.token))])
            let sink = try await world.sink(try world.broken(fault.name), options)
            let (backup, transfer) = world.backup([300_000, 10])
            let failure = try await #require(throws: Failure.self) {
                try await sink.deliver(backup, using: transfer)
            }
            #expect(failure.code == fault.code)
            #expect(!failure.message.contains(World.token))
            #expect(failure.remedy?.contains(World.token) != true)
            // Nothing of the operation is left but what the plugin stored.
            #expect(world.scratch.files(below: "state").isEmpty)
        }
    }

    @Test func aDownloadThatBreaksOffIsNoReceipt() async throws {
        try await World.with { world in
            let sink = try await world.sink(try world.broken("none"))
            var (backup, transfer) = world.backup([400_000])
            transfer.breaksAfter = 200_000
            let broken = transfer
            let failure = try await #require(throws: Failure.self) {
                try await sink.deliver(backup, using: broken)
            }
            #expect(failure.code == "test.cut")
            #expect(world.scratch.files(below: "store").allSatisfy { $0.hasSuffix(".part") })
            transfer.breaksAfter = nil
            _ = try await sink.deliver(backup, using: transfer)
        }
    }

    @Test func cancellationEndsThePlugin() async throws {
        try await World.with { world in
            let sink = try await world.sink(try world.broken("hang"))
            let (backup, transfer) = world.backup([10])
            let task = Task { try await sink.deliver(backup, using: transfer) }
            try await Task.sleep(for: .seconds(1))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
