import Synchronization
import Testing
import WherryCore

@testable import WherryCatalog

/// What is remembered between calls holds only as long as the rows do.
@Suite struct CatalogMemoryTests {
    private typealias Attempt = @Sendable () async throws -> Void

    /// Records a URL in the way of the service, and tells which restriction each attempt saw.
    private func issue(in catalog: Catalog, meanwhile: @escaping Attempt = {}) async throws -> [DownloadRestriction
        .Kind]
    {
        let seen = Mutex<[DownloadRestriction.Kind]>([])
        try await catalog.remembering {
            let restriction = try await catalog.downloadRestriction(of: Sample.source)
            seen.withLock { $0.append(restriction.kind) }
            if seen.withLock({ $0.count }) == 1 { try await meanwhile() }
            try await catalog.issue([Sample.file()])
        }
        return seen.withLock { $0 }
    }

    private func restrict(_ kind: DownloadRestriction.Kind, in catalog: Catalog) async throws {
        let restriction = DownloadRestriction(kind: kind)
        try await catalog.setDownloadRestriction(restriction, of: Sample.source, at: .sample, by: "test")
    }

    /// Two connections to one file, as two processes have, with the sample and its file's row.
    private func withTwo(_ body: (_ here: Catalog, _ there: Catalog) async throws -> Void) async throws {
        try await withFolder { folder in
            let here = try Catalog(path: folder + "/catalog.db", now: .sample)
            try await here.addSample()
            let there = try Catalog(path: folder + "/catalog.db", now: .sample)
            try await here.issue([Sample.file()])
            try await body(here, there)
        }
    }

    private func urls(in catalog: Catalog) throws -> ResultTable.Cell? {
        try catalog.value("SELECT count(*) FROM issued_url")
    }

    @Test func ownChangesCountAtOnce() async throws {
        try await withTwo { here, _ in
            #expect(try await issue(in: here) == [.none])
            #expect(try await issue(in: here) == [.none])
            try await restrict(.intranet, in: here)
            #expect(try await issue(in: here) == [.intranet])
            #expect(try urls(in: here) == .integer(4))
        }
    }

    /// The attempt that went by an old row records nothing.
    @Test func changesOfAnotherProcessCountForTheNextURL() async throws {
        try await withTwo { here, there in
            #expect(try await issue(in: here) == [.none])
            try await restrict(.intranet, in: there)
            #expect(try await issue(in: here) == [.none, .intranet])
            #expect(try await issue(in: here) == [.intranet])
            #expect(try urls(in: here) == .integer(4))
        }
    }

    @Test(arguments: [false, true]) func aChangeBetweenReadingAndRecordingCounts(byAnother: Bool) async throws {
        try await withTwo { here, there in
            let changer = byAnother ? there : here
            #expect(try await issue(in: here) == [.none])
            let seen = try await issue(in: here) { try await restrict(.custom, in: changer) }
            #expect(seen == [.none, .custom])
            #expect(try urls(in: here) == .integer(3))
        }
    }

    /// Where rows change all the time, the call is answered from the rows.
    @Test func endsWhereEverythingChangesAllTheTime() async throws {
        try await withTwo { here, there in
            let attempts = Mutex(0)
            try await here.remembering {
                _ = try await here.downloadRestriction(of: Sample.source)
                let isOdd = attempts.withLock { attempts in
                    attempts += 1
                    return attempts % 2 == 1
                }
                // Writing what is there already changes nothing.
                try await restrict(isOdd ? .intranet : .custom, in: there)
                try await here.issue([Sample.file()])
            }
            #expect(attempts.withLock { $0 } == 5)
            #expect(try urls(in: here) == .integer(2))
        }
    }

    @Test func nothingIsRememberedOutside() async throws {
        try await withTwo { here, there in
            #expect(try await issue(in: here) == [.none])
            try await restrict(.intranet, in: there)
            #expect(try await here.downloadRestriction(of: Sample.source).kind == .intranet)
        }
    }

    /// A row that nobody waits for is written without company, and without anybody asking for it.
    @Test func statisticsAreWrittenByThemselves() async throws {
        try await withCatalog { catalog in
            catalog.note(
                APICallRow(
                    direction: .in,
                    source: "prod",
                    caller: "api:AKID",
                    action: "DescribeRedis",
                    object: "",
                    code: "0",
                    latency: .milliseconds(1),
                    at: .sample
                )
            )
            var count: ResultTable.Cell?
            for _ in 0..<500 where count != .integer(1) {
                try await Task.sleep(for: .milliseconds(10))
                count = try catalog.value("SELECT count(*) FROM api_call WHERE object = ''")
            }
            #expect(count == .integer(1))
        }
    }
}
