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

    /// What some need so that they end soon.
    private static let options: [String: [String: OptionValues.Value]] = [
        "deaf": ["timeout": .duration(.seconds(2))], "hang": short, "hang-for-ever": short,
    ]

    static let faults =
        PluginFaults.codes.map { Fault(name: $0.name, code: $0.code, options: options[$0.name] ?? [:]) } + [
            Fault(name: "hang", code: "external.stalled", options: ["stall": .duration(.seconds(2))])
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
