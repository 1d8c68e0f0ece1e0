import QCloudAPI
import Synchronization
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import CRSSource

/// `ManualBackupInstance`, `DescribeTaskInfo` and `ExportRedisBackup`, without waiting here.
@Suite
struct CRSRequestTests {
    private static let request = BackupRequest(
        instance: "crs-1",
        remark: "x",
        task: "77",
        requestedAt: Timestamp(seconds: 1_000_000)
    )

    private func source(_ bodies: String..., status: Int = 200) async throws -> (CRSSource, ScriptedTransport) {
        let transport = ScriptedTransport(status: status, bodies: bodies)
        return (try await transport.source(), transport)
    }

    private func polling(_ attempts: Int) -> Polling { Polling(every: .seconds(1), attempts: attempts) { _ in } }

    @Test func orderIsSentAndItsTaskKept() async throws {
        let (source, transport) = try await source(#"{"code":0,"codeDesc":"Success","data":{"requestId":77}}"#)
        #expect(try await source.requestBackup(of: "crs-1", remark: "x") == Self.request)
        #expect(transport.sent.contains { $0.contains("Action=ManualBackupInstance") && $0.contains("remark=x") })
        #expect(CRSSourcePlugin.descriptor.capabilities == .requestsBackups && source.requests != nil)
    }

    @Test(arguments: [
        (200, #"{"code":6000,"message":"","codeDesc":"ServerError"}"#, "task.answer-lost"),
        (502, "", "task.answer-lost"), (200, "<html>", "task.answer-lost"), (404, "", "crs.http-status"),
        (200, #"{"code":10707,"message":"","codeDesc":"InstanceLocked"}"#, "instance.busy"),
        (200, #"{"code":10701,"message":"","codeDesc":"InstanceNotExists"}"#, "instance.not-found"),
        (200, #"{"code":4400,"message":"","codeDesc":"LimitExceeded"}"#, "crs.4400"),
    ])
    func orderIsSentOnceWhateverComesOfIt(_ status: Int, _ body: String, _ code: String) async throws {
        let (source, transport) = try await source(body, status: status)
        let failure = await #expect(throws: Failure.self) {
            _ = try await source.requestBackup(of: "crs-1", remark: nil)
        }
        #expect(failure?.code == code)
        #expect((failure?.failureClass == .conflict) == (code == "task.answer-lost"), "nobody is to repeat it")
        #expect(transport.sent.count == 1)
    }

    @Test func isWaitedForAndFound() async throws {
        let backups = ["old", "x"].map {
            #"{"backupId":"b-\#($0)","startTime":"1970-01-12 21:46:50","backupType":"manualBackupInstance","remark":"\#($0)","status":2}"#
        }
        let list =
            #"{"code":0,"totalCount":2,"data":[{"redisId":"crs-1","redisBackupSet":[\#(backups.joined(separator: ","))]}]}"#
        let (source, _) = try await source(
            #"{"code":0,"data":{"status":1}}"#,
            #"{"code":4400,"message":"","codeDesc":"LimitExceeded"}"#,
            #"{"code":0,"data":{"status":2}}"#,
            list
        )
        #expect(try await source.finished(Self.request, polling: polling)?.id == "b-x")
    }

    @Test(arguments: [
        (#"{"code":0,"data":{"status":3}}"#, "crs.task-failed"),
        (#"{"code":0,"data":{"status":-1}}"#, "crs.task-failed"),
        (#"{"code":0,"data":{"status":1}}"#, "crs.task-unfinished"),
        (#"{"code":4100,"message":"","codeDesc":"AuthFailure"}"#, "crs.4100"),
    ])
    func whatIsNotMadeIsAFailure(_ body: String, _ code: String) async throws {
        let (source, _) = try await source(body)
        let failure = await #expect(throws: Failure.self) {
            _ = try await source.finished(Self.request, polling: polling)
        }
        #expect(failure?.code == code)
    }

    @Test func exportIsWaitedFor() async throws {
        let (source, transport) = try await source(
            #"{"code":0,"data":{"requestId":78}}"#,
            #"{"code":0,"data":{"status":2}}"#
        )
        try await source.export("b-1", of: "crs-1")
        #expect(transport.sent.map { $0.contains("ExportRedisBackup") } == [true, false])
    }
}

/// Answers requests with the bodies of a list, the last one again and again.
private final class ScriptedTransport: HTTPTransport {
    private let status: Int
    private let bodies: [String]
    private let requests = Mutex<[String]>([])

    init(status: Int, bodies: [String]) { (self.status, self.bodies) = (status, bodies) }

    var sent: [String] { requests.withLock { $0 } }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        let number = requests.withLock { requests in
            requests.append(String(decoding: request.body, as: UTF8.self))
            return requests.count - 1
        }
        return HTTPExchangeResponse(status: status, body: Array(bodies[min(number, bodies.count - 1)].utf8))
    }

    func source() async throws -> CRSSource {
        let options = OptionValues([
            "endpoint": .text("https://redis.api.example.com"), "region": .text("ap-guangzhou"),
            "secret_id": .secret(Secret("id")), "secret_key": .secret(Secret("key")),
        ])
        var context = PluginContext.forTests(Scratch.none, clock: FixedClock())
        context.http = self
        return try CRSSource(client: CRSClient(options, context: context), options: options, clock: context.clock)
    }
}

private struct FixedClock: WallClock {
    var now: Timestamp { Timestamp(seconds: 1_000_000) }
}
