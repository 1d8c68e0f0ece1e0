import Foundation
import QCloudAPI
import Testing
import WherryCatalog
import WherryCore
import WherryServer
import WherryTestSupport

/// Each documented error of API 3.0, returned by the server for the right cause.
@Suite(.timeLimit(.minutes(1)))
struct V3ErrorCodeTests {
    @Test func everyCauseHasItsCode() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let caller = V3Caller(provider: provider)
                let known = V3Value.text(try await RawCaller(provider: provider).firstBackup())
                func url(_ instance: String, _ backup: V3Value) async throws -> String {
                    try await caller.code("DescribeBackupUrl", ["InstanceId": .text(instance), "BackupId": backup])
                }
                #expect(try await url("crs-orders01", known) == "0")
                #expect(try await url("crs-none", known) == "ResourceNotFound.InstanceNotExists")
                #expect(try await url("crs-orders01", .text("none")) == "InvalidParameterValue.BackupNotExists")
                #expect(try await url("crs-orders01", .integer(1)) == "InvalidParameter")
                #expect(
                    try await caller.code("DescribeInstanceBackups", ["InstanceId": .text("crs-none")])
                        == "ResourceNotFound.InstanceNotExists"
                )
                #expect(try await caller.code("DescribeBackupUrl", ["InstanceId": .text("x")]) == "MissingParameter")
                #expect(try await caller.code("DescribeInstances", ["Limt": .integer(1)]) == "UnknownParameter")
                #expect(try await caller.code("DescribeInstances", ["Limit": .integer(0)]) == "InvalidParameterValue")
                #expect(try await caller.code("DropEverything") == "InvalidAction")
            }
        }
    }

    @Test func everyFaultOfASignatureHasItsCode() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await checkSignatureFaults(provider)
                try await checkChangedRequests(V3Caller(provider: provider))
            }
        }
    }

    private func checkSignatureFaults(_ provider: Provider) async throws {
        let stranger = V3Caller(provider: provider, secretID: "AKIDother")
        #expect(try await stranger.code("DescribeInstances") == "AuthFailure.SecretIdNotFound")
        let wrong = V3Caller(provider: provider, secretKey: "no")
        #expect(try await wrong.code("DescribeInstances") == "AuthFailure.SignatureFailure")
        let late = V3Caller(provider: provider, skew: -400)
        #expect(try await late.code("DescribeInstances") == "AuthFailure.SignatureExpire")
        let caller = V3Caller(provider: provider, scheme: .form(.hmacSHA256), nonce: 77)
        let replayed = caller.message("DescribeInstances", [:])
        #expect(try await caller.code(replayed) == "0")
        #expect(try await caller.code(replayed) == "AuthFailure.SignatureExpire")
    }

    private func checkChangedRequests(_ caller: V3Caller) async throws {
        let signed = caller.message("DescribeInstances", [:])
        func with(_ name: String, _ value: String) -> V3Message {
            let headers = signed.headers.filter { $0.name != name } + [V3Message.Header(name: name, value: value)]
            return V3Message(verb: .post, headers: headers, body: signed.body)
        }
        let changed = V3Message(verb: .post, headers: signed.headers, body: Array(#"{"Limit":1}"#.utf8))
        #expect(try await caller.code(changed) == "AuthFailure.SignatureFailure")
        #expect(try await caller.code(with("Authorization", "SKIP")) == "AuthFailure.InvalidAuthorization")
        #expect(try await caller.code(with("X-TC-Version", "2017-01-01")) == "NoSuchVersion")
        let long = V3Message(verb: .post, headers: signed.headers, body: [UInt8](repeating: 32, count: 2 << 20))
        #expect(try await caller.code(long) == "RequestSizeLimitExceeded")
    }

    @Test func plainHTTPIsRefusedWhereItIsNotAllowed() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.allowsPlainHTTP = false
            try await Provider.with(in: scratch, settings: settings) { provider in
                let code = try await V3Caller(provider: provider).code("DescribeInstances")
                #expect(code == "UnsupportedProtocol")
            }
        }
    }

    @Test func moreCallsThanTheLimitAreRefused() async throws {
        try await Scratch.with { scratch in
            var settings = Provider.Settings()
            settings.limits = .perSecond(2)
            try await Provider.with(in: scratch, settings: settings) { provider in
                let caller = V3Caller(provider: provider)
                let codes = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<20 { group.addTask { try await caller.code("DescribeInstances") } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(codes) == ["0", "RequestLimitExceeded"])
                #expect(try await caller.code("DescribeInstanceBackups") == "0")
                let old = RawCaller(provider: provider)
                var numbers: Set<Int> = []
                for _ in 0..<20 { numbers.insert(try await old.code("DescribeRedis", ["limit": "1", "offset": "0"])) }
                #expect(numbers == [0, 4400])
            }
        }
    }

    @Test func everyCallIsARowWithItsCode() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                let caller = V3Caller(provider: provider)
                _ = try await caller.code("DescribeInstances")
                _ = try await caller.code(
                    "DescribeBackupUrl",
                    ["InstanceId": .text("crs-none"), "BackupId": .text("b")]
                )
                let rows = try provider.catalog.rows(
                    "SELECT caller, action, object, code, length(request_id) FROM api_call ORDER BY id"
                )
                let who = "api:\(Provider.secretID)"
                #expect(rows.count == 2)
                #expect(rows.first == [.text(who), .text("DescribeInstances"), .text(""), .text("0"), .integer(36)])
                #expect(
                    rows.last == [
                        .text(who), .text("DescribeBackupUrl"), .text("crs-none/b"),
                        .text("ResourceNotFound.InstanceNotExists"), .integer(36),
                    ]
                )
            }
        }
    }
}
