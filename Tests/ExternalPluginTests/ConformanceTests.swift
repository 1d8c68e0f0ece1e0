import Foundation
import Testing
import WherryCore
import WherryPluginKit
import WherryPluginTesting
import WherryTestSupport

/// The kit passes what is right and names what is wrong.
@Suite(.timeLimit(.minutes(10)))
struct ConformanceTests {
    private func failures(_ findings: [ConformanceFinding]) -> [ConformanceFinding] {
        findings.filter { $0.outcome == .failed }
    }

    @Test(arguments: ["wherry-sink-folder.sh", "wherry-sink-sums", "wherry-source-shelf.py"])
    func examplesPass(_ name: String) async throws {
        try await World.with { world in
            let isSource = name.contains("source")
            var path = World.root + "/Examples/Plugins/\(name)"
            if name == "wherry-sink-sums" { path = World.program(name) }
            try world.scratch.write("store/crs-1/b-1.rdb", Array("REDIS".utf8))
            var options: [String: OptionValues.Value] = ["folder": .text(world.scratch.file("store"))]
            if isSource { options["base_url"] = .text("https://files.invalid") }
            let findings = await PluginConformance(
                path: path,
                options: options,
                secrets: isSource ? ["link_key": Secret(World.token)] : [:],
                folder: world.scratch.sub("kit").path,
                patience: .seconds(60)
            ).run()
            #expect(failures(findings) == [])
            #expect(findings.count >= 17)
            #expect(findings.filter { $0.outcome == .passed }.count >= (isSource ? 15 : 16))
            if !isSource {
                #expect(world.scratch.files(below: "store") == ["crs-1/b-1.rdb"])
            }
        }
    }

    @Test func aPluginWithoutAFaultPasses() async throws {
        try await World.with { world in
            let findings = await PluginConformance(
                path: try world.broken("none"),
                options: ["folder": .text(world.scratch.sub("store").path)],
                folder: world.scratch.sub("kit").path,
                patience: .seconds(60)
            ).run()
            #expect(failures(findings) == [])
        }
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        var name: String
        var check: String
        var word: String
        var testDescription: String { name }
    }

    static let faults = [
        Fault(name: "no-hello", check: "describe", word: "no-hello"),
        Fault(name: "wrong-version", check: "describe", word: "wrong-version"),
        Fault(name: "deaf", check: "describe", word: "late"),
        Fault(name: "no-cookie", check: "cookie", word: "64"),
        Fault(name: "wrong-status", check: "unknown-operation", word: "status 69"),
        Fault(name: "accepts-anything", check: "unknown-operation", word: "unsupported-operation"),
        Fault(name: "orphan", check: "orphans", word: "orphans"),
        Fault(name: "garbage", check: "deliver", word: "garbage"),
        Fault(name: "two-results", check: "deliver", word: "spoke-after-end"),
        Fault(name: "status-disagrees", check: "deliver", word: "status-disagrees"),
        Fault(name: "no-answer", check: "deliver", word: "no-answer"),
        Fault(name: "hang", check: "deliver", word: "late"),
        Fault(name: "hang-for-ever", check: "deliver", word: "late"),
        Fault(name: "long-line", check: "deliver", word: "long-line"),
        Fault(name: "stderr-flood", check: "deliver", word: "no-answer"),
        Fault(name: "orphan-pipe", check: "deliver", word: "no-answer"),
        Fault(name: "early-result", check: "deliver", word: "early-result"),
        Fault(name: "wrong-receipt", check: "deliver", word: "wrong-receipt"),
        Fault(name: "killed", check: "deliver", word: "killed"),
        Fault(name: "shut-stream", check: "deliver", word: "shut-stream"),
        Fault(name: "lingers", check: "deliver", word: "lingered"),
        Fault(name: "leak-in-receipt", check: "deliver", word: "leak"),
        Fault(name: "other-bytes", check: "read", word: "other bytes"),
        Fault(name: "unverified", check: "broken-download", word: "presence"),
    ]

    @Test(arguments: faults)
    func namesWhatIsWrong(_ fault: Fault) async throws {
        try await World.with { world in
            let findings = await PluginConformance(
                path: try world.broken(fault.name),
                options: ["folder": .text(world.scratch.sub("store").path)],
                secrets: ["token": Secret(World.token)],
                folder: world.scratch.sub("kit").path,
                patience: .seconds(20)
            ).run()
            let failed = failures(findings)
            #expect(failed.contains { $0.check == fault.check && $0.detail.contains(fault.word) }, "\(failed)")
            #expect(!findings.contains { $0.detail.contains(World.token) })
        }
    }
}
