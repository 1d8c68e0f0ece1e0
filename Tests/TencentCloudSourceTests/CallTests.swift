import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// How calls go out, and what comes of answers that are none.
@Suite
struct CallTests {
    @Test func callIsSignedAndCarriesRegionAndLanguage() async throws {
        let cloud = ScriptedCloud("DescribeInstances", .instances(["crs-1"], total: 1))
        _ = try await cloud.source(["language": .text("zh-CN")]).check()
        let call = try #require(cloud.calls.first)
        #expect(call.signedHeaders.contains("host"))
        #expect(call.signedHeaders.contains("x-tc-action"))
        #expect(call.language == "zh-CN")
        #expect(call.token == nil)
        let request = try #require(cloud.requests.first)
        #expect(request.url == "https://redis.tencentcloudapi.com/")
        #expect(!request.headers.contains { $0.name.lowercased() == "x-tc-token" })
    }

    @Test func temporaryKeysSendTheirToken() async throws {
        let cloud = ScriptedCloud(
            ["DescribeInstances": { _, _ in .instances(["crs-1"], total: 1) }],
            token: "session+/=1"
        )
        _ = try await cloud.source().check()
        #expect(cloud.calls.map(\.token) == ["session+/=1"])
    }

    @Test func wrongKeyTokenAndIDAreRefused() async throws {
        let cloud = ScriptedCloud(["DescribeInstances": { _, _ in .instances([], total: 0) }], token: "right")
        for change in [
            ["secret_key": .secret(Secret("wrong"))], ["secret_id": .secret(Secret("wrong"))],
            ["token": .secret(Secret("wrong"))],
        ] as [[String: OptionValues.Value]] {
            let failure = await #expect(throws: Failure.self) { _ = try await cloud.source(change).check() }
            #expect(failure?.failureClass == .authentication)
            #expect(failure?.code == "tencentcloud.refused")
        }
        #expect(cloud.calls.isEmpty)
    }

    @Test func eachCallIsObserved() async throws {
        let cloud = ScriptedCloud("DescribeBackupUrl", .error("ResourceUnavailable.BackupLockedError"))
        _ = try? await cloud.source().issueURLs(for: "b-1", of: "crs-1")  // the failure is another test's
        let call = try #require(cloud.apiCalls.first)
        #expect(call.action == "DescribeBackupUrl")
        #expect(call.object == "crs-1/b-1")
        #expect(call.code == "ResourceUnavailable.BackupLockedError")
        #expect(call.at == ScriptedCloud.now)
    }

    @Test(arguments: [
        (429, FailureClass.transient), (500, .transient), (503, .transient), (408, .transient), (404, .configuration),
        (302, .configuration), (403, .configuration),
    ])
    func otherStatusHasItsClass(_ status: Int, _ failureClass: FailureClass) async throws {
        let cloud = ScriptedCloud(
            "DescribeInstances",
            .raw(status: status, body: "<html>", headers: ["Retry-After": "7"])
        )
        let failure = await #expect(throws: Failure.self) { _ = try await cloud.source().check() }
        #expect(failure?.code == "tencentcloud.http-status")
        #expect(failure?.failureClass == failureClass)
        #expect(failure?.retryAfter == .seconds(7))
        #expect(cloud.apiCalls.map(\.code) == ["http-\(status)"])
    }

    @Test(arguments: [
        "", "<html>", "[]", "{}", #"{"Response":null}"#, #"{"Response":{"TotalCount":1,"InstanceSet":[{}]}}"#,
        #"{"Response":{"TotalCount":1,"InstanceSet":"#, #"{"code":4100,"message":"","codeDesc":"AuthFailure"}"#,
        #"{"Response":{"Error":{"Message":"no code"}}}"#,
    ])
    func answerOfAnotherFormIsUnreadable(_ body: String) async throws {
        let cloud = ScriptedCloud("DescribeInstances", .raw(status: 200, body: body))
        let failure = await #expect(throws: Failure.self) { _ = try await cloud.source().instances().all() }
        #expect(failure?.code == "tencentcloud.unreadable")
        #expect(failure?.failureClass.isRetryable == false)
        #expect(cloud.apiCalls.map(\.code) == ["unreadable"])
    }

    @Test func whatTheTransportThrowsPassesUnchanged() async throws {
        let cloud = BrokenTransport()
        let source = try await cloud.source()
        let failure = await #expect(throws: Failure.self) { _ = try await source.check() }
        #expect(failure == BrokenTransport.failure)
        #expect(cloud.cloud.apiCalls.map(\.code) == ["unreachable"])
    }
}

/// Reaches nobody.
private struct BrokenTransport: HTTPTransport {
    static let failure = Failure(.transient, code: "http.timeout", "No answer came.")
    let cloud = ScriptedCloud([:])

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse { throw Self.failure }

    func source() async throws -> TencentCloudSource { try await cloud.source(http: self) }
}
