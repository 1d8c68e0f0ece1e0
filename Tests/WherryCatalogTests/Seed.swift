import Testing
import WherryCore

@testable import WherryCatalog

/// A catalog in which every view and saved query has something to show; every issued URL holds ``mark``.
enum Seed {
    /// What must never be seen in a view.
    static let mark = "SECRET"

    /// Puts a standalone instance, a cluster and one without any copy into an empty catalog, as of `now`.
    static func fill(_ catalog: Catalog, now: Timestamp) async throws {
        try await catalog.register(source: "prod", plugin: "crs", at: now)
        let instances = [
            Instance(id: "crs-1", name: "orders", topology: .standalone),
            Instance(id: "crs-2", name: "sessions", topology: .cluster),
            Instance(id: "crs-3", name: "forgotten"),
        ]
        try await catalog.record(instances, from: "prod", at: now)
        let dead = try await catalog.beginRun(jobs: ["nightly"], askedBy: "job:nightly", at: now - .seconds(90_000))
        #expect(try await catalog.recoverInterrupted(at: now - .seconds(89_000)) == 1)

        let run = try await catalog.beginRun(
            jobs: ["nightly", "scripts"],
            askedBy: "job:nightly",
            at: now - .seconds(60)
        )
        #expect(run > dead)
        var random = SeededGenerator(seed: 1)
        for (instance, shards) in [("crs-1", 1), ("crs-2", 3)] {
            for number in 0..<3 {
                let key = Backup.Key(
                    instance: .init(rawValue: instance),
                    backup: .init(rawValue: "backup-\(random.next() % 100_000)-\(number)")
                )
                let started = now - .seconds(3_600 * (number + 1))
                try await catalog.record([Sample.backup(key, at: started)], from: "prod", at: now)
                try await addURLs(catalog, key, shards: shards, run: run, now: now)
                try await addDeliveries(catalog, key, shards: shards, number: number, run: run, now: now)
            }
        }
        try await addCalls(catalog, now: now)
        try await addTasks(catalog, now: now)
        var totals = RunTotals()
        totals.planned = 12
        totals.delivered = 8
        totals.emitted = 2
        totals.failed = 2
        totals.bytes = 54_224
        let failure = Failure(.transient, code: "run.partial", "Two deliveries failed.")
        try await catalog.endRun(run, state: .partial, totals: totals, failure: failure, duration: .seconds(5), at: now)
        var schedule = JobScheduleRow(job: "nightly", schedule: "30 2 * * *", coveredUntil: now)
        schedule.next = now + .seconds(3_600)
        schedule.run = run
        try await catalog.keep([schedule])
    }

    private static func addTasks(_ catalog: Catalog, now: Timestamp) async throws {
        for instance: Instance.ID in ["crs-1", "crs-3"] {
            let task = try await catalog.beginTask(.backup(of: instance), in: "prod", at: now, askedBy: "api:AKID")
            try await catalog.startTask(task, sourceTask: "17")
            if instance == "crs-1" { try await catalog.endTask(task, in: "prod", at: now) }
        }
    }

    private static func addURLs(_ catalog: Catalog, _ key: Backup.Key, shards: Int, run: RunID, now: Timestamp)
        async throws
    {
        // The first is refused, the second is long, the third ends within the hour.
        for (age, life) in [(50, 21_600), (40, 21_600), (30, 1_800)] {
            let files = (0..<shards).map { shard in
                Sample.file(
                    shard,
                    intranet: "http://10.0.0.1:8080/\(key.backup)-\(shard).rdb?token=\(mark)/a+b==&t=\(age)",
                    extranet: shard == 1
                        ? "https://dl.example/\(mark)/\(age)" : "https://dl.example/x.rdb?t=\(mark)\(age)",
                    expiresAt: now + .seconds(life)
                )
            }
            let recorded = try await catalog.recordIssue(
                of: key,
                from: "prod",
                files: files,
                at: now - .seconds(age),
                askedBy: "job:nightly",
                run: run
            )
            guard let first = recorded.first else { continue }
            if age == 50 { try await catalog.reject(urlID: first.urlID, at: now - .seconds(45)) }
            catalog.note(
                TransferAttemptRow(
                    urlID: first.urlID,
                    run: run,
                    sink: "disk",
                    network: .extranet,
                    startedAt: now - .seconds(age),
                    duration: .milliseconds(20),
                    firstByte: 0,
                    bytes: age == 50 ? 0 : 3_389,
                    status: age == 50 ? 403 : 200,
                    outcome: age == 50 ? "transfer.refused" : "done"
                )
            )
            catalog.flush()
        }
    }

    private static func addDeliveries(
        _ catalog: Catalog,
        _ key: Backup.Key,
        shards: Int,
        number: Int,
        run: RunID,
        now: Timestamp
    ) async throws {
        for sink: SinkName in ["disk", "second", "script"] {
            let delivery = try await catalog.beginDelivery(
                of: key,
                from: "prod",
                to: sink,
                job: "nightly",
                run: run,
                at: now - .seconds(30)
            )
            if number == 2, sink == "second" {
                let failure = Failure(.exhausted, code: "disk.full", "The disk of second is full.")
                try await catalog.endDelivery(delivery, with: failure, at: now - .seconds(20))
                continue
            }
            let isStored = sink != "script"
            // The newest, number 0, lost most of them.
            let keys = KeyCounts(total: number == 0 ? 3 : 40, expiring: 1, byType: ["string": number == 0 ? 3 : 40])
            let artifacts = try (0..<shards).map { shard in
                Artifact(
                    position: shard,
                    location: "/srv/\(sink)/\(key.backup)-\(shard).rdb",
                    size: isStored ? ByteCount(3_389) : nil,
                    sha256: isStored ? try .of("c") : nil,
                    rdb: isStored
                        ? RDBFacts(
                            format: "REDIS0010",
                            engineVersion: "7.0.15",
                            createdAt: now,
                            keys: keys
                        ) : nil,
                    grade: isStored ? .checksum : nil
                )
            }
            let receipt = Receipt(
                outcome: isStored ? .delivered : .emitted,
                artifacts: artifacts,
                validUntil: isStored ? nil : now + .seconds(1_800)
            )
            try await catalog.endDelivery(delivery, with: receipt, at: now - .seconds(10))
            guard sink == "disk" else { continue }
            var proof = RestoreProof(delivery: delivery, at: now, provenBy: "cli:ada")
            (proof.server, proof.serverVersion, proof.files) = ("redis", "7.0.15", number == 0 ? 0 : shards)
            // The newest is not what it was.
            if number == 0 { proof.failure = Failure(.corrupt, code: "prove.refused", "The server does not load it.") }
            (proof.keysLoaded, proof.keysExpired) = (number == 0 ? nil : 39, number == 0 ? nil : 1)
            (proof.loadTime, proof.memory) = (.milliseconds(20), ByteCount(1 << 20))
            try await catalog.record(proof)
        }
    }

    private static func addCalls(_ catalog: Catalog, now: Timestamp) async throws {
        for (code, latency) in [("0", 41), ("0", 43), ("11201", 12)] {
            catalog.note(
                APICallRow(
                    direction: .out,
                    source: "prod",
                    caller: "job:nightly",
                    action: "GetBackupDownloadUrl",
                    object: "crs-1/b",
                    code: code,
                    latency: .milliseconds(latency),
                    at: now - .seconds(50)
                )
            )
            catalog.flush()
        }
    }
}
