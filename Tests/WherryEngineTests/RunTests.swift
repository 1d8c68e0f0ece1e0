import Foundation
import LocalDiskSink
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryServer
import WherryTestSupport
import WherryTransfer

@Suite(.timeLimit(.minutes(2)))
struct RunTests {
    @Test func secondRunDeliversNothingAndIssuesNoURL() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    let job = collector.job(to: ["disk", "script"])
                    let planned = try await collector.runner().plan(job)
                    let first = try await collector.runner().run([job], askedBy: "test")
                    #expect(first.state == .succeeded)
                    #expect(first.plans == [planned])
                    #expect(first.totals.delivered == 4)
                    #expect(first.totals.emitted == 4)
                    #expect(first.totals.urlsIssued == 6)
                    let again = try await collector.runner().plan(job)
                    let before = provider.requests.apiCalls.count
                    let second = try await collector.runner().run([job], askedBy: "test")
                    #expect(second.plans == [again])
                    #expect(second.totals == RunTotals())
                    #expect(second.plans.first?.upToDate == 4)
                    // One page of instances and one of backups for each of both: no URL was asked for.
                    #expect(provider.requests.apiCalls.count == before + 3)
                }
            }
        }
    }

    @Test func severalSinksShareTheDownloads() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    var collector = collector
                    let other = try await LocalDiskSinkPlugin.makeSink(
                        OptionValues(["root": .text(scratch.file("more"))]),
                        context: .forTests(scratch)
                    )
                    collector.sinks["other"] = ConfiguredSink(name: "other", plugin: "local-disk", sink: other)
                    let job = collector.job(to: ["disk", "script", "other"])
                    let report = try await collector.runner().run([job], askedBy: "test")
                    #expect(report.state == .succeeded)
                    #expect(report.totals.delivered == 8)
                    #expect(report.totals.emitted == 4)
                    // Four backups, one of them of three files: each URL was asked for once.
                    #expect(provider.requests.downloads.count == 6)
                    #expect(try await collector.catalog.count("transfer_attempt") == 6)
                }
            }
            #expect(scratch.digests(below: "backups") == scratch.digests(below: "provider/depot"))
            #expect(scratch.digests(below: "more") == scratch.digests(below: "provider/depot"))
        }
    }

    @Test func aSinkThatCannotBePreparedHoldsBackNobody() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 3, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    var collector = collector
                    // A file where its folder should be.
                    try scratch.write("more", [1])
                    let other = try await LocalDiskSinkPlugin.makeSink(
                        OptionValues(["root": .text(scratch.file("more"))]),
                        context: .forTests(scratch)
                    )
                    collector.sinks["other"] = ConfiguredSink(name: "other", plugin: "local-disk", sink: other)
                    let job = collector.job(to: ["other", "disk", "script"])
                    let report = try await collector.runner().run([job], askedBy: "test")
                    #expect(report.state == .partial)
                    #expect(report.totals.delivered == 4)
                    #expect(report.totals.emitted == 4)
                    #expect(report.totals.failed == 4)
                    // Said once, not for each backup.
                    #expect(report.abandoned.count == 1)
                    #expect(report.failed.isEmpty)
                    #expect(provider.requests.downloads.count == 6)
                    // Once it is well it gets everything.
                    try FileManager.default.removeItem(atPath: scratch.file("more"))
                    let second = try await collector.runner().run([job], askedBy: "test")
                    #expect(second.state == .succeeded)
                    #expect(second.totals.delivered == 4)
                }
            }
            #expect(scratch.digests(below: "more") == scratch.digests(below: "provider/depot"))
        }
    }

    @Test func deliversTheProvidersBytesWithManifest() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    _ = try await collector.runner().run([collector.job()], askedBy: "test")
                }
            }
            let files = scratch.files(below: "backups")
            #expect(files.filter { $0.hasSuffix(".rdb") }.count == 4)
            #expect(files.filter { $0.hasSuffix(".manifest.json") }.count == 2)
            #expect(files.count == 6)
            #expect(scratch.digests(below: "backups") == scratch.digests(below: "provider/depot"))
            for file in files {
                let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file("backups/" + file))
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
    }

    @Test func staysWithinTheRequestBudgetWhileShortURLsExpire() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.urlLife = .seconds(2)
            // The first try of every fifth file is refused for longer than its URL lives.
            let refused = RefusedOnce(every: 5)
            settings.beforeDownload = { try refused.refuse($0) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 40, shards: 0)
                let options = provider.crsOptions(urlLife: .seconds(2))
                try await Collector.with(in: scratch, provider: provider, requestsPerSecond: 10, options: options) {
                    let report = try await $0.runner().run([$0.job(concurrency: 8)], askedBy: "test")
                    #expect(report.state == .succeeded)
                    #expect(report.totals.delivered == 40)
                    let issued = try await $0.catalog.count("issued_url")
                    #expect(issued == report.totals.urlsIssued)
                    #expect(issued > 40, "expired URLs are issued anew")
                    // Whatever the provider issued is a row on both sides.
                    let rows = try await provider.catalog.count("issued_url")
                    #expect(issued == rows)
                }
                let arrivals = provider.requests.apiCalls.map(\.arrivedAt).sorted()
                for (index, start) in arrivals.enumerated() {
                    let within = arrivals[index...].prefix { $0 < start + .seconds(1) }.count
                    // Places are a tenth of a second apart; the network may move one across the edge.
                    #expect(within <= 11)
                }
            }
            #expect(scratch.digests(below: "backups") == scratch.digests(below: "provider/depot"))
        }
    }

    @Test func secondRunAtTheSameTimeIsRefused() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(300)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 2, shards: 0)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    async let first = collector.runner().run([collector.job()], askedBy: "one")
                    try await collector.untilRunning()
                    await #expect {
                        _ = try await collector.runner().run([collector.job()], askedBy: "two")
                    } throws: {
                        ($0 as? Failure)?.code == "run.active"
                    }
                    #expect(try await first.state == .succeeded)
                }
            }
        }
    }

    @Test func cancelledRunEndsCleanlyAndTheNextGoesOn() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.beforeDownload = { _ in try await Task.sleep(for: .milliseconds(200)) }
            try await Provider.with(in: scratch, settings: settings) { provider in
                try await provider.fill(standalone: 10, shards: 0)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    let runner = collector.runner()
                    let job = collector.job(concurrency: 2)
                    let report = try await withThrowingTaskGroup(of: RunReport.self) { group in
                        group.addTask { try await runner.run([job], askedBy: "test") }
                        try await collector.untilRunning()
                        try await Task.sleep(for: .milliseconds(500))
                        while try await collector.catalog.count("issued_url") == 0 {
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        group.cancelAll()
                        return try #require(try await group.next())
                    }
                    #expect(report.state == .cancelled)
                    #expect(report.exitCode == 130)
                    // What was issued is told although nobody may wait any more.
                    #expect(report.totals.urlsIssued > 0)
                    #expect(try await collector.catalog.count("issued_url") == report.totals.urlsIssued)
                    #expect(try await collector.catalog.count("delivery WHERE state = 'running'") == 0)
                    let next = try await runner.run([job], askedBy: "test")
                    #expect(next.state == .succeeded)
                    #expect(report.totals.delivered + next.totals.delivered == 10)
                }
            }
            #expect(scratch.files(below: "backups").allSatisfy { !$0.hasSuffix(".part") })
        }
    }

    @Test func refusedKeyStopsTheJobAfterOneCall() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 5, shards: 0)
                let options = provider.crsOptions().replacing("secret_key", with: .secret(Secret("wrong")))
                try await Collector.with(in: scratch, provider: provider, options: options) { collector in
                    let report = try await collector.runner().run([collector.job()], askedBy: "test")
                    #expect(report.state == .failed)
                    #expect(report.exitCode == FailureClass.authentication.exitCode)
                    #expect(provider.requests.apiCalls.count == 1)
                }
            }
        }
    }

    @Test(arguments: ["sink", "source", "run"])
    func keepsTheLimitOf(_ place: String) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 2, shards: 0)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    let bytes = scratch.size(below: "provider/depot")
                    // A second's worth of bytes may pass at once.
                    let limiter = BandwidthLimiter(
                        try BandwidthSchedule("\(bytes / 3)B"),
                        wallClock: collector.clock
                    )
                    var collector = collector
                    switch place {
                    case "sink": collector.sinks["disk"]?.bandwidth = limiter
                    case "source": collector.source.bandwidth = limiter
                    default: collector.bandwidth = limiter
                    }
                    let began = ContinuousClock.now
                    let report = try await collector.runner().run([collector.job(to: ["disk"])], askedBy: "test")
                    #expect(report.state == .succeeded)
                    #expect(ContinuousClock.now - began > .milliseconds(1_200))
                }
            }
        }
    }
}
