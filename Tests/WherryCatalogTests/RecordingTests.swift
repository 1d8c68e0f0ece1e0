import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct RecordingTests {
    @Test func seesAnInstanceAgainWithoutForgetting() async throws {
        try await withCatalog { catalog in
            try await catalog.register(source: "prod", plugin: "crs", at: .sample)
            var instance = Instance(
                id: "crs-1",
                name: "orders",
                topology: .cluster,
                state: .running,
                engine: "redis 7.0.15",
                region: "gz",
                memory: ByteCount(1 << 30),
                createdAt: .sample
            )
            try await catalog.record([instance], from: "prod", at: .sample, overdueAfter: .seconds(3_600))
            #expect(try await catalog.instances(of: "prod") == [instance])

            instance.name = "orders, renamed"
            instance.state = .busy
            var terse = instance
            terse.engine = nil
            terse.region = nil
            terse.memory = nil
            terse.createdAt = nil
            try await catalog.record([terse], from: "prod", at: .sample + .seconds(60))
            #expect(try await catalog.instance("crs-1", of: "prod") == instance)
            let times = try catalog.rows(
                "SELECT unixepoch(last_seen_at) - unixepoch(first_seen_at), overdue_after_s FROM instance"
            )
            #expect(times == [[.integer(60), .integer(3_600)]])
        }
    }

    @Test func seesABackupAgainWithoutForgetting() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            var backup = Sample.backup()
            backup.size = ByteCount(3_389)
            backup.expiresAt = .sample + .seconds(7 * 86_400)
            backup.remark = "before the sale"
            try await catalog.record([backup], from: Sample.source, at: .sample)
            #expect(try await catalog.backup(Sample.key, in: Sample.source) == backup)

            var terse = backup
            terse.endedAt = nil
            terse.size = nil
            terse.expiresAt = nil
            terse.state = .expired
            try await catalog.record([terse], from: Sample.source, at: .sample + .seconds(60))
            backup.state = .expired
            #expect(try await catalog.backup(Sample.key, in: Sample.source) == backup)
            #expect(try catalog.value("SELECT count(*) FROM backup") == .integer(1))
        }
    }

    @Test func listsBackupsNewestFirst() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let more = (1...3).map { number in
                Sample.backup(
                    Backup.Key(instance: Sample.instance, backup: .init(rawValue: "b\(number)")),
                    at: .sample + .seconds(number == 2 ? -60 : 60 * number)
                )
            }
            try await catalog.record(more, from: Sample.source, at: .sample)
            let ids = try await catalog.backups(of: Sample.instance, in: Sample.source).map(\.id)
            #expect(ids == ["b3", "b1", Sample.key.backup, "b2"])
        }
    }

    @Test func equalIdsOfTwoSourcesAreTwoInstances() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            try await catalog.register(source: "other", plugin: "crs", at: .sample)
            try await catalog.record([Instance(id: Sample.instance)], from: "other", at: .sample)
            #expect(try await catalog.instances(of: "other").count == 1)
            #expect(try await catalog.backups(of: Sample.instance, in: "other") == [])
            #expect(try await catalog.backup(Sample.key, in: "other") == nil)
        }
    }

    @Test func registersABackupWithItsFiles() async throws {
        try await withCatalog { catalog in
            try await catalog.register(source: "depot", plugin: "depot", at: .sample)
            let files = try (0..<3).map {
                BackupFile(position: $0, name: "s\($0).rdb", size: ByteCount(10), sha256: try .of("a"))
            }
            let backup = Sample.backup()
            let instance = Instance(id: Sample.instance, topology: .cluster)
            for _ in 0..<2 { try await catalog.register(backup, of: instance, files: files, in: "depot", at: .sample) }
            #expect(try await catalog.files(of: Sample.key, in: "depot") == files)
            #expect(try await catalog.backups(of: Sample.instance, in: "depot") == [backup])
        }
    }

    @Test func namesWhatIsNotThere() async throws {
        try await withCatalog { catalog in
            var code = await failureCode { try await catalog.record([Instance(id: "i")], from: "nobody", at: .sample) }
            #expect(code == "catalog.no-source")
            try await catalog.register(source: "prod", plugin: "crs", at: .sample)
            code = await failureCode { try await catalog.record([Sample.backup()], from: "prod", at: .sample) }
            #expect(code == "catalog.no-instance")
            code = await failureCode { try await catalog.issue([Sample.file()]) }
            #expect(code == "catalog.no-backup")
            #expect(try await catalog.usable(at: .sample) == [])
        }
    }

    @Test func keepsCallsAndAttempts() async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            catalog.note(
                APICallRow(
                    direction: .out,
                    source: "prod",
                    caller: "job nightly",
                    action: "GetBackupDownloadUrl",
                    object: "crs-1/b",
                    code: "0",
                    latency: .milliseconds(41),
                    at: .sample
                )
            )
            catalog.flush()
            let url = try #require(try await catalog.issue([Sample.file()]).first)
            catalog.note(
                TransferAttemptRow(
                    urlID: url.urlID,
                    run: nil,
                    sink: "disk",
                    network: .extranet,
                    startedAt: .sample,
                    duration: .milliseconds(1_500),
                    firstByte: 0,
                    bytes: 3_389,
                    status: 200,
                    outcome: "done"
                )
            )
            catalog.flush()
            #expect(
                try catalog.rows("SELECT direction, latency_ms, at FROM api_call") == [
                    [
                        .text("out"), .real(41), .text(Timestamp.sample.description),
                    ]
                ]
            )
            #expect(
                try catalog.rows("SELECT file_id, issued_url_id, duration_ms, bytes FROM transfer_attempt") == [
                    [
                        .integer(url.fileID), .integer(url.urlID), .integer(1_500), .integer(3_389),
                    ]
                ]
            )
        }
    }
}
