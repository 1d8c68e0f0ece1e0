import Testing
import WherryCatalog
import WherryCore

@Suite("Schedules of jobs")
struct JobScheduleRowTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test("are found again by another process")
    func outliveTheProcess() async throws {
        try await withCatalog { catalog in
            let run = try await catalog.beginRun(jobs: ["nightly"], askedBy: "schedule", at: now)
            var nightly = JobScheduleRow(job: "nightly", schedule: "daily", coveredUntil: now)
            nightly.state = .retrying
            nightly.slot = now - .seconds(60)
            nightly.attempts = 2
            nightly.next = now + .seconds(300)
            nightly.run = run
            nightly.lastSucceeded = now - .seconds(86_400)
            let hourly = JobScheduleRow(job: "hourly", schedule: "hourly", coveredUntil: now)
            try await catalog.keep([nightly, hourly])
            #expect(try await Catalog(path: catalog.path, now: now).jobSchedules() == [hourly, nightly])
            nightly.state = .running
            nightly.next = nil
            try await catalog.keep([nightly])
            #expect(try await catalog.jobSchedules() == [hourly, nightly])
        }
    }

    @Test("end when their job has none any more")
    func end() async throws {
        try await withCatalog { catalog in
            let first = JobScheduleRow(job: "first", schedule: "daily", coveredUntil: now)
            var second = JobScheduleRow(job: "second", schedule: "daily", coveredUntil: now)
            second.next = now + .seconds(60)
            second.attempts = 1
            try await catalog.keep([first, second])
            try await catalog.keep([first], only: true)
            second.state = .off
            second.next = nil
            second.attempts = 0
            #expect(try await catalog.jobSchedules() == [first, second])
        }
    }
}
