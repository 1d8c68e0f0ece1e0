import CommandSink
import Foundation
import RcloneSink
import ResticSink
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

/// Downloads from a real server that goes wrong, straight into the programs that people own.
@Suite(.timeLimit(.minutes(5)))
struct ExpiryTests {
    enum Store: String, CaseIterable {
        case rclone, restic, command

        func sink(_ scratch: Scratch) async throws -> any Sink {
            let context = PluginContext.forTests(scratch)
            let path = OptionValues.Value.text("{instance}/{backup}/{shard}.rdb")
            switch self {
            case .rclone:
                return try await RcloneSinkPlugin.makeSink(
                    OptionValues([
                        "remote": .text("store:" + scratch.sub("remote").path), "path": path,
                        "config": .text("/dev/null"),
                        "environment": .records([
                            OptionValues(["name": .text("RCLONE_CONFIG_STORE_TYPE"), "text": .text("local")])
                        ]),
                    ]),
                    context: context
                )
            case .restic:
                return try await ResticSinkPlugin.makeSink(
                    OptionValues([
                        "repository": .text(scratch.file("repository")), "password": .secret(Secret("p")),
                        "path": path, "init": .boolean(true),
                    ]),
                    context: context
                )
            case .command:
                _ = scratch.sub("kept")
                return try await CommandSinkPlugin.makeSink(
                    OptionValues([
                        "program": .text("sh"), "arguments": .texts(["-c", "cat >.kept && mv .kept kept/0.rdb"]),
                        "folder": .text(scratch.path), "location": path,
                    ]),
                    context: context
                )
            }
        }

        /// What a restore would get; nil when there is nothing under the final name.
        func stored(_ scratch: Scratch) async throws -> [UInt8]? {
            switch self {
            case .rclone:
                return FileManager.default.contents(atPath: scratch.file("remote/crs-1/b%2C1/0.rdb")).map(Array.init)
            case .command: return FileManager.default.contents(atPath: scratch.file("kept/0.rdb")).map(Array.init)
            case .restic:
                let environment = ["RESTIC_REPOSITORY": scratch.file("repository"), "RESTIC_PASSWORD": "p"]
                func restic(_ arguments: String...) async throws -> [UInt8] {
                    try await output("/usr/bin/restic", ["--no-cache"] + arguments, environment, scratch)
                }
                let list = Data(try await restic("snapshots", "--json"))
                guard let all = try JSONSerialization.jsonObject(with: list) as? [Any], !all.isEmpty else { return nil }
                return try await restic("dump", "latest", "/crs-1/b%2C1/0.rdb")
            }
        }
    }

    private func deliver(
        to store: Store,
        _ behavior: FaultBehavior,
        _ object: FaultObject,
        sha256: SHA256Digest? = nil,
        _ check: @escaping @Sendable (Result<Receipt, Failure>, LinkLease, [UInt8]?) throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try await FaultServer.with(behavior, object: object) { server in
                let lease = LinkLease(server)
                var backup = backup(size: Int(object.size))
                backup.files[0].lease = lease
                backup.files[0].file.sha256 = sha256
                let sink = try await store.sink(scratch)
                try await sink.prepare(run: RunID(rawValue: 1), recovering: false)
                let given = backup
                let result: Result<Receipt, Failure> = try await HTTPConnections.with { connections in
                    var settings = TransferSettings()
                    settings.refusalPause = .milliseconds(100)
                    let fetcher = FileFetcher(
                        connections: connections,
                        clock: TestClock(),
                        observer: QuietObserver(),
                        settings: settings,
                        random: { .random(in: .min ... .max) }
                    )
                    do {
                        return .success(try await sink.deliver(given, using: fetcher))
                    } catch let failure as Failure {
                        return .failure(failure)
                    }
                }
                try check(result, lease, try await store.stored(scratch))
            }
        }
    }

    @Test(arguments: Store.allCases)
    func urlsThatExpireInMidStreamAreNotSeen(_ store: Store) async throws {
        let object = FaultObject(seed: 4, size: 17 << 20)
        var behavior = FaultCorpus.plain
        behavior.allowance = { _, _ in 4 << 20 }
        try await deliver(to: store, behavior, object) { result, lease, stored in
            let receipt = try result.get()
            #expect(receipt.artifacts[0].size?.bytes == object.size)
            #expect(lease.issues >= 4)
            let isSame = stored == object.bytes(in: 0..<object.size)
            #expect(isSame)
        }
    }

    @Test(arguments: Store.allCases)
    func whatIsFoundWrongAtItsLastByteLeavesNothing(_ store: Store) async throws {
        let object = FaultObject(seed: 5, size: 11 << 20)
        let wrong = SHA256Digest(hex: String(repeating: "0", count: 64))
        try await deliver(to: store, FaultCorpus.plain, object, sha256: wrong) { result, _, stored in
            let failure = #expect(throws: Failure.self) { try result.get() }
            #expect(failure?.code == "transfer.wrong-digest")
            #expect(stored == nil)
        }
    }
}

private struct QuietObserver: TransferObserver {
    func received(_ bytes: Int64, of label: String, total: Int64?) {}
    func attempted(_ attempt: TransferAttempt) async {}
}
