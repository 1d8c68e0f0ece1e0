import Testing
import WherryCore

@testable import WherryCatalog

@Suite struct DeliveryTests {
    private func status(_ catalog: Catalog) async throws -> DeliveryStatus? {
        try await catalog.deliveries(from: Sample.source, to: [Sample.sink])[Sample.key]?[Sample.sink]
    }

    /// A catalog with the sample backup of two files, and a run.
    private func withRun(_ body: (Catalog, RunID) async throws -> Void) async throws {
        try await withCatalog { catalog in
            try await catalog.addSample()
            let run: RunID = try await catalog.begin()
            try await catalog.issue([Sample.file(0), Sample.file(1)], run: run)
            try await body(catalog, run)
        }
    }

    private func stored(_ position: Int) throws -> Artifact {
        Artifact(
            position: position,
            location: "/srv/\(position).rdb",
            size: ByteCount(3_389),
            sha256: try .of("b"),
            rdb: RDBFacts(
                format: "REDIS0010",
                engineVersion: "7.0.15",
                createdAt: .sample,
                keys: KeyCounts(total: 43, expiring: 2, byType: ["hash": 3, "string": 40])
            ),
            grade: .checksum
        )
    }

    @Test func aDeliveryIsStoredWithItsCopies() async throws {
        try await withRun { catalog, run in
            let delivery = try await catalog.begin(run: run)
            #expect(try await status(catalog) == DeliveryStatus(state: .running))
            try await catalog.retryDelivery(delivery)
            let receipt = Receipt(outcome: .delivered, artifacts: [try stored(0), try stored(1)])
            try await catalog.endDelivery(delivery, with: receipt, at: .sample + .seconds(9))
            #expect(try await status(catalog) == DeliveryStatus(state: .delivered))
            #expect(try await catalog.deliveries(from: Sample.source, to: ["other"]).isEmpty)
            let rows = try catalog.rows(
                "SELECT state, attempts, shard, location, size_bytes, grade, dumped_at FROM delivery_history ORDER BY shard"
            )
            #expect(
                rows
                    == (0...1).map {
                        [
                            .text("delivered"), .integer(2), .integer(Int64($0)), .text("/srv/\($0).rdb"),
                            .integer(3_389), .text("checksum"), .text(Timestamp.sample.description),
                        ]
                    }
            )
        }
    }

    @Test func whatACopyHoldsIsCounted() async throws {
        try await withRun { catalog, run in
            let delivery = try await catalog.begin(run: run)
            let receipt = Receipt(outcome: .delivered, artifacts: [try stored(0), try stored(1)])
            try await catalog.endDelivery(delivery, with: receipt, at: .sample)
            #expect(
                try catalog.rows("SELECT keys, keys_expiring FROM delivery_history")
                    == [[.integer(43), .integer(2)], [.integer(43), .integer(2)]]
            )
            #expect(
                try catalog.rows("SELECT sink, type, sum(keys) FROM key_counts GROUP BY type ORDER BY type")
                    == [[.text("disk"), .text("hash"), .integer(6)], [.text("disk"), .text("string"), .integer(80)]]
            )
        }
    }

    @Test func aFailedDeliveryBeginsAgain() async throws {
        try await withRun { catalog, run in
            let first = try await catalog.begin(run: run)
            let failure = Failure(.transient, code: "http.timeout", "No answer came.")
            try await catalog.endDelivery(first, with: failure, at: .sample)
            #expect(try await status(catalog) == DeliveryStatus(state: .failed))
            let why = "SELECT failure_class, failure_code, failure_message, attempts FROM delivery"
            #expect(
                try catalog.rows(why)
                    == [[.text("transient"), .text("http.timeout"), .text("No answer came."), .integer(1)]]
            )

            let second = try await catalog.begin(run: run)
            #expect(second == first)
            #expect(try await status(catalog) == DeliveryStatus(state: .running))
            #expect(try catalog.rows(why) == [[.null, .null, .null, .integer(2)]])
        }
    }

    @Test func aCancelledDeliveryIsInterrupted() async throws {
        try await withRun { catalog, run in
            let delivery = try await catalog.begin(run: run)
            try await catalog.endDelivery(
                delivery,
                with: Failure(.cancelled, code: "run.cancelled", "Stopped."),
                at: .sample
            )
            #expect(try await status(catalog) == DeliveryStatus(state: .interrupted))
        }
    }

    @Test func aDeadRunIsRecovered() async throws {
        try await withRun { catalog, run in
            _ = try await catalog.begin(run: run)
            #expect(try await catalog.sinksWithLeftovers().isEmpty)
            #expect(try await catalog.recoverInterrupted(at: .sample + .seconds(60)) == 1)
            #expect(try await catalog.recoverInterrupted(at: .sample + .seconds(70)) == 0)
            #expect(try await catalog.sinksWithLeftovers().count == 1)
            #expect(try await status(catalog) == DeliveryStatus(state: .interrupted))
            #expect(
                try catalog.rows("SELECT state, failure_code, unixepoch(ended_at) FROM run_history")
                    == [[.text("interrupted"), .text("run.interrupted"), .integer(Timestamp.sample.seconds + 60)]]
            )

            let next: RunID = try await catalog.begin(at: .sample + .seconds(80))
            _ = try await catalog.begin(run: next)
            #expect(try await status(catalog) == DeliveryStatus(state: .running))
            #expect(try await catalog.sinksWithLeftovers().isEmpty)
        }
    }

    @Test func onlyOneRunIsRunning() async throws {
        try await withRun { catalog, run in
            #expect(await failureCode { let _: RunID = try await catalog.begin() } == "run.active")
            let totals = RunTotals()
            try await catalog.endRun(
                run,
                state: .succeeded,
                totals: totals,
                failure: nil,
                duration: .milliseconds(1_234),
                at: .sample + .seconds(2)
            )
            let next: RunID = try await catalog.begin()
            #expect(next > run)
            #expect(
                try catalog.rows("SELECT run, state, seconds FROM run_history ORDER BY run") == [
                    [.integer(run.rawValue), .text("succeeded"), .real(1.234)],
                    [.integer(next.rawValue), .text("running"), .null],
                ]
            )
        }
    }

    @Test func anEmittedDeliveryIsConfirmedFileByFile() async throws {
        try await withRun { catalog, run in
            func confirm(_ artifacts: [Artifact], at seconds: Int) async throws -> Bool {
                let at = Timestamp.sample + .seconds(seconds)
                return try await catalog.confirm(
                    Sample.key,
                    from: Sample.source,
                    to: Sample.sink,
                    artifacts: artifacts,
                    at: at
                )
            }
            #expect(await failureCode { try await confirm([], at: 0) } == "delivery.not-emitted")
            let delivery = try await catalog.begin(run: run)
            #expect(await failureCode { try await confirm([], at: 0) } == "delivery.not-emitted")
            let until = Timestamp.sample + .seconds(3_600)
            let planned = [0, 1].map { Artifact(position: $0, location: "planned/\($0)") }
            let receipt = Receipt(outcome: .emitted, artifacts: planned, validUntil: until)
            try await catalog.endDelivery(delivery, with: receipt, at: .sample)
            #expect(try await status(catalog) == DeliveryStatus(state: .emitted, validUntil: until))

            #expect(try await confirm([try stored(0)], at: 10) == false)
            #expect(try await status(catalog)?.state == .emitted)
            #expect(try await confirm([try stored(1)], at: 20))
            #expect(try await status(catalog)?.state == .delivered)
            #expect(try await confirm([try stored(0), try stored(1)], at: 30))
            #expect(
                try catalog.rows("SELECT location, unixepoch(ended_at) FROM delivery_history ORDER BY shard")
                    == (0...1).map { [.text("/srv/\($0).rdb"), .integer(Timestamp.sample.seconds + 20)] }
            )
        }
    }
}
