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

/// Sends signed calls with whatever is to be wrong about them.
struct RawCaller {
    let provider: Provider

    func code(
        _ action: String,
        _ parameters: [String: String],
        secretID: String = Provider.secretID,
        secretKey: String = Provider.secretKey,
        skew: Int64 = 0,
        at now: Timestamp? = nil,
        nonce: UInt64 = .random(in: 1...(.max / 2))
    ) async throws -> Int {
        let fields = parameters.sorted { $0.key < $1.key }.map { FormParameters.Field(name: $0.key, value: $0.value) }
        let signed = CRSRequest.signed(
            action: action,
            parameters: FormParameters(fields),
            credentials: CRSCredentials(secretId: secretID, secretKey: secretKey),
            region: "ap-guangzhou",
            host: "127.0.0.1:\(provider.port)",
            verb: .post,
            timestamp: (now ?? provider.clock.now).seconds + skew,
            nonce: nonce
        )
        return try await code(body: signed.encoded())
    }

    func code(body: String) async throws -> Int { try await answer(body).code }

    func firstBackup() async throws -> String {
        try #require(try await provider.catalog.backups(of: "crs-orders01", in: "depot").first).id.rawValue
    }

    private struct Answer: Decodable {
        var code: Int
    }

    private func answer(_ body: String) async throws -> Answer {
        let reply = try await HTTPProbe.send("POST", "\(provider.endpoint)/v2/index.php", body: Array(body.utf8))
        #expect(reply.status == 200)
        return try JSONDecoder().decode(Answer.self, from: Data(reply.body))
    }
}
