import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// From where issued URLs may be used: per call, and for all calls of a source.
@Suite(.timeLimit(.minutes(1)))
struct V3RestrictionTests {
    private func withProvider(_ body: @escaping @Sendable (Provider, String) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                try await body(provider, try await RawCaller(provider: provider).firstBackup())
            }
        }
    }

    struct Limit: Sendable, CustomTestStringConvertible {
        var comparison: V3DownloadLimit.Comparison?
        var addresses: [String]
        /// The status of a download from 127.0.0.1.
        var status: Int
        var testDescription: String { "\(comparison?.rawValue ?? "none") \(addresses)" }
    }

    @Test(arguments: [
        Limit(comparison: nil, addresses: ["127.0.0.1"], status: 200),
        Limit(comparison: .listed, addresses: ["10.0.0.0/8", "127.0.0.0/8"], status: 200),
        Limit(comparison: .listed, addresses: ["10.0.0.0/8", "::1"], status: 403),
        Limit(comparison: .notListed, addresses: ["127.0.0.1"], status: 403),
        Limit(comparison: .notListed, addresses: ["10.0.0.0/8"], status: 200),
    ])
    func downloadsAreBoundToAddresses(limit: Limit) async throws {
        try await withProvider { provider, backup in
            let wanted = V3DescribeBackupURL(
                instanceID: "crs-orders01",
                backupID: backup,
                limit: V3DownloadLimit(
                    type: .customized,
                    ipComparison: limit.comparison,
                    addresses: limit.addresses
                )
            )
            let file = try #require(try await V3Caller(provider: provider).call(wanted).response.files.first)
            for url in [file.downloadURL, file.innerDownloadURL] {
                let reply = try await HTTPProbe.send("GET", url)
                #expect(reply.status == limit.status)
                let isRefusal = String(decoding: reply.body, as: UTF8.self).contains("<Code>AccessDenied</Code>")
                #expect(isRefusal == (limit.status == 403))
            }
            let key = Backup.Key(instance: "crs-orders01", backup: .init(rawValue: backup))
            let usable = try await provider.catalog.usableURLs(
                for: key,
                from: "depot",
                at: provider.clock.now,
                margin: .zero
            )
            #expect(usable.isEmpty)
            #expect(try await provider.catalog.count("issued_url WHERE clients LIKE '%[\"%/%\"]'") == 1)
        }
    }

    @Test func aSourcesRestrictionHoldsForBothDialects() async throws {
        try await withProvider { provider, backup in
            let caller = V3Caller(provider: provider)
            let wanted = V3DescribeBackupURL(instanceID: "crs-orders01", backupID: backup)
            var limit = try await caller.call(V3DescribeBackupDownloadRestriction()).response.limit
            #expect(limit.type == .noLimit)
            limit = V3DownloadLimit(type: .customized, ipComparison: .listed, addresses: ["10.0.0.0/8"])
            _ = try await caller.call(V3ModifyBackupDownloadRestriction(limit: limit))
            limit.vpcComparison = .listed
            #expect(try await caller.call(V3DescribeBackupDownloadRestriction()).response.limit == limit)
            let bound = try #require(try await caller.call(wanted).response.files.first)
            #expect(try await HTTPProbe.send("GET", bound.downloadURL).status == 403)
            let old = RawCaller(provider: provider)
            let parameters = ["redisId": "crs-orders01", "backupId": backup]
            #expect(try await old.code("GetBackupDownloadUrl", parameters) == 0)
            #expect(try await provider.catalog.count("issued_url WHERE clients IS NULL") == 0)
            var free = wanted
            free.limit = V3DownloadLimit(type: .noLimit)
            let open = try #require(try await caller.call(free).response.files.first)
            #expect(try await HTTPProbe.send("GET", open.downloadURL).status == 200)

            _ = try await caller.call(V3ModifyBackupDownloadRestriction(limit: V3DownloadLimit(type: .intranetOnly)))
            let inner = try #require(try await caller.call(wanted).response.files.first)
            #expect(inner.downloadURL == "")
            #expect(try await HTTPProbe.send("GET", inner.innerDownloadURL).status == 200)
            let rows = try provider.catalog.rows("SELECT kind, addresses, changed_by FROM download_restriction")
            #expect(rows == [[.text("intranet"), .text("[]"), .text("api:\(Provider.secretID)")]])
        }
    }

    @Test func limitsThatCannotBeKeptAreRefused() async throws {
        try await withProvider { provider, _ async throws in
            let caller = V3Caller(provider: provider)
            func code(_ limit: V3DownloadLimit) async throws -> String {
                try await caller.code(
                    "ModifyBackupDownloadRestriction",
                    V3ModifyBackupDownloadRestriction(limit: limit).parameters
                )
            }
            let networks = [V3DownloadLimit.Network(region: "ap-guangzhou", vpcIDs: ["vpc-1"])]
            #expect(try await code(V3DownloadLimit(type: .customized, networks: networks)) == "UnsupportedOperation")
            let nonsense = V3DownloadLimit(type: .customized, addresses: ["10.0.0.1", "localhost"])
            #expect(try await code(nonsense) == "InvalidParameterValue")
            let many = V3DownloadLimit(type: .customized, addresses: (0...32).map { "10.0.0.\($0)" })
            #expect(try await code(many) == "InvalidParameterValue")
            #expect(try await code(V3DownloadLimit()) == "MissingParameter")
            #expect(try await provider.catalog.count("download_restriction") == 0)
        }
    }
}
