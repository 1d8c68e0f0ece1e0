import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// Each documented error, returned by the server for the right cause.
@Suite(.timeLimit(.minutes(1)))
struct APIErrorTests {
    @Test func everyDocumentedCauseHasItsCode() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let caller = RawCaller(provider: provider)
                let known = try await caller.firstBackup()
                let now = provider.clock.now
                let page = ["limit": "1", "offset": "0"]
                #expect(
                    try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-orders01", "backupId": known]) == 0
                )
                #expect(try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-orders01"]) == 11201)
                #expect(
                    try await caller.code("GetRedisBackupList", ["redisId": "crs-orders01", "limit": "x"]) == 11201
                )
                #expect(try await caller.code("DescribeRedis", ["limit": "0", "offset": "0"]) == 11201)
                #expect(
                    try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-none", "backupId": known]) == 10701
                )
                #expect(
                    try await caller.code("GetBackupDownloadUrl", ["redisId": "crs-orders01", "backupId": "none"])
                        == 11213
                )
                #expect(try await caller.code("DropEverything", [:]) == 6100)
                #expect(
                    try await caller.code("DescribeRedis", page, secretID: "AKIDother") == 4104
                )
                #expect(try await caller.code("DescribeRedis", page, secretKey: "no") == 4100)
                #expect(try await caller.code("DescribeRedis", page, skew: 400) == 4500)
                #expect(try await caller.code("DescribeRedis", page, skew: -400) == 4500)
                #expect(try await caller.code("DescribeRedis", page, at: now, nonce: 77) == 0)
                #expect(try await caller.code("DescribeRedis", page, at: now, nonce: 77) == 4500)
                #expect(try await caller.code(body: "Action=DescribeRedis") == 4000)
                #expect(try await caller.code(body: "Action=%ZZ") == 4000)
                #expect(try await caller.code(body: "") == 4000)
            }
        }
    }

    @Test func busyBackupIs10711() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let instance = try #require(try await provider.catalog.instance("crs-orders01", of: "depot"))
                var backup = try #require(try await provider.catalog.backups(of: instance.id, in: "depot").first)
                backup.state = .busy
                try await provider.catalog.record([backup], from: "depot", at: provider.clock.now)
                let caller = RawCaller(provider: provider)
                let parameters = ["redisId": "crs-orders01", "backupId": backup.id.rawValue]
                #expect(try await caller.code("GetBackupDownloadUrl", parameters) == 10711)
            }
        }
    }

    @Test func plainHTTPIs4600WhereItIsNotAllowed() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.allowsPlainHTTP = false
            try await Provider.with(in: scratch, settings: settings) { provider in
                let caller = RawCaller(provider: provider)
                let code = try await caller.code("DescribeRedis", ["limit": "1", "offset": "0"])
                #expect(code == 4600)
            }
        }
    }

    @Test func everyCallIsARowWithItsCode() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                let caller = RawCaller(provider: provider)
                _ = try await caller.code("DescribeRedis", ["limit": "1", "offset": "0"])
                _ = try await caller.code("Nonsense", [:])
                _ = try await caller.code("DescribeRedis", ["limit": "1", "offset": "0"], secretKey: "no")
                let rows = try provider.catalog.rows("SELECT caller, action, code FROM api_call ORDER BY id")
                #expect(rows.map(\.[2]) == [.text("0"), .text("6100"), .text("4100")])
                #expect(rows.map(\.[1]) == [.text("DescribeRedis"), .text("Nonsense"), .text("DescribeRedis")])
                #expect(rows.allSatisfy { $0[0] == .text("api:\(Provider.secretID)") })
            }
        }
    }
}
