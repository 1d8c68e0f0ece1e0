import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// Sends signed calls of API 2.0 with whatever is to be wrong about them.
struct RawCaller: Sendable {
    let provider: Provider
    /// Where to send them, when not to the provider.
    var port: Int?
    var secretID = Provider.secretID

    private var authority: String { "127.0.0.1:\(port ?? provider.port)" }

    func code(
        _ action: String,
        _ parameters: [String: String],
        secretID: String? = nil,
        secretKey: String = Provider.secretKey,
        skew: Int64 = 0,
        at now: Timestamp? = nil,
        nonce: UInt64 = .random(in: 1...(.max / 2))
    ) async throws -> Int {
        let signed = signed(action, parameters, secretID: secretID, secretKey, (now ?? provider.clock.now), skew, nonce)
        return try await code(body: signed)
    }

    func code(body: String) async throws -> Int {
        try JSONDecoder().decode(Answer.self, from: Data(try await answer(body))).code
    }

    /// The URLs that are given out for a backup.
    ///
    /// - Throws: ``CRSError`` when there are none.
    func urls(_ instance: String, _ backup: String) async throws -> CRSDownloadURL {
        let parameters = ["redisId": instance, "backupId": backup]
        let nonce = UInt64.random(in: 1...(.max / 2))
        let body = signed("GetBackupDownloadUrl", parameters, Provider.secretKey, provider.clock.now, 0, nonce)
        return try GetBackupDownloadURLResponse(decoding: try await answer(body)).url
    }

    /// The instances that are listed.
    func instances() async throws -> [String] {
        let nonce = UInt64.random(in: 1...(.max / 2))
        let body = signed(
            "DescribeRedis",
            ["limit": "100", "offset": "0"],
            Provider.secretKey,
            provider.clock.now,
            0,
            nonce
        )
        return try DescribeRedisResponse(decoding: try await answer(body)).instances.map(\.redisId).sorted()
    }

    func firstBackup() async throws -> String {
        try #require(try await provider.catalog.backups(of: "crs-orders01", in: "depot").first).id.rawValue
    }

    private func signed(
        _ action: String,
        _ parameters: [String: String],
        secretID: String? = nil,
        _ secretKey: String,
        _ now: Timestamp,
        _ skew: Int64,
        _ nonce: UInt64
    ) -> String {
        let fields = parameters.sorted { $0.key < $1.key }.map { FormParameters.Field(name: $0.key, value: $0.value) }
        return CRSRequest.signed(
            action: action,
            parameters: FormParameters(fields),
            credentials: CRSCredentials(secretId: secretID ?? self.secretID, secretKey: secretKey),
            region: "ap-guangzhou",
            host: authority,
            verb: .post,
            timestamp: now.seconds + skew,
            nonce: nonce
        ).encoded()
    }

    private struct Answer: Decodable {
        var code: Int
    }

    private func answer(_ body: String) async throws -> [UInt8] {
        let reply = try await HTTPProbe.send("POST", "http://\(authority)/v2/index.php", body: Array(body.utf8))
        #expect(reply.status == 200)
        return reply.body
    }
}
