import CommandSink
import Foundation
import RcloneSink
import ResticSink
import Testing
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit
import WherryTestSupport

/// The three sinks behind the real engine and a real server.
@Suite(.timeLimit(.minutes(5)))
struct EngineTests {
    @Test func aRunDeliversTheProvidersBytesToAllThree() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 3)
                try await Collector.with(in: scratch, provider: provider) { collector in
                    var collector = collector
                    for sink in try await sinks(scratch) { collector.sinks[sink.name] = sink }
                    let job = collector.job(to: ["command", "rclone", "restic"], concurrency: 2)
                    let report = try await collector.runner().run([job], askedBy: "test")
                    #expect(report.state == .succeeded, "\(report.failed.map(\.failure)) \(report.abandoned)")
                    #expect(report.totals.delivered == 6)
                }
            }
            let wanted = scratch.digests(below: "provider/depot")
            #expect(wanted.count == 4)
            #expect(scratch.digests(below: "remote") == wanted)
            #expect(scratch.digests(below: "copies") == wanted)
            let locations = try await output(
                "/usr/bin/sqlite3",
                [scratch.file("catalog.db"), "SELECT location FROM artifact WHERE location LIKE 'restic:%'"],
                [:],
                scratch
            )
            let restic = ["RESTIC_REPOSITORY": scratch.file("repository"), "RESTIC_PASSWORD": "p"]
            for (index, line) in String(decoding: locations, as: UTF8.self).split(separator: "\n").enumerated() {
                let parts = line.dropFirst("restic:".count).split(separator: "/", maxSplits: 1)
                let bytes = try await output(
                    "/usr/bin/restic",
                    ["dump", "--no-cache", String(parts[0]), "/" + parts[1]],
                    restic,
                    scratch
                )
                try scratch.write("dumped/\(index).rdb", bytes)
            }
            #expect(scratch.digests(below: "dumped") == wanted)
        }
    }

    private func sinks(_ scratch: Scratch) async throws -> [ConfiguredSink] {
        let script = "mkdir -p copies/$1 && cat >copies/$1/$2.part && mv copies/$1/$2.part copies/$1/$2.rdb"
        let command = try await CommandSinkPlugin.makeSink(
            OptionValues([
                "program": .text("sh"), "arguments": .texts(["-c", script, "sh", "{backup}", "{shard}"]),
                "folder": .text(scratch.path), "location": .text("{instance}/{backup}/{shard}.rdb"),
            ]),
            context: .forTests(scratch)
        )
        let rclone = try await RcloneSinkPlugin.makeSink(
            OptionValues([
                "remote": .text("store:" + scratch.file("remote")), "path": .text("{instance}/{backup}/{shard}.rdb"),
                "config": .text("/dev/null"),
                "environment": .records([
                    OptionValues(["name": .text("RCLONE_CONFIG_STORE_TYPE"), "text": .text("local")])
                ]),
            ]),
            context: .forTests(scratch)
        )
        let restic = try await ResticSinkPlugin.makeSink(
            OptionValues([
                "repository": .text(scratch.file("repository")), "password": .secret(Secret("p")),
                "path": .text("{instance}/{backup}/{shard}.rdb"), "init": .boolean(true),
            ]),
            context: .forTests(scratch)
        )
        return [
            ConfiguredSink(name: "command", plugin: "command", sink: command),
            ConfiguredSink(name: "rclone", plugin: "rclone", sink: rclone),
            ConfiguredSink(name: "restic", plugin: "restic", sink: restic),
        ]
    }
}
