import QCloudAPI
import Synchronization
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// `ManualBackupInstance` and `DescribeTaskInfo`: asking for a backup and waiting for it, without waiting here.
@Suite
struct BackupRequestTests {
    @Test(arguments: [("before 2.0", "before 2.0"), ("", nil), (nil, nil)] as [(String?, String?)])
    func orderIsSentAndItsTaskKept(_ remark: String?, _ sent: String?) async throws {
        let cloud = ScriptedCloud("ManualBackupInstance", .members(#""TaskId":"7001""#))
        let request = try await cloud.source().requestBackup(of: "crs-1", remark: remark)
        #expect(request == BackupRequest(instance: "crs-1", remark: sent, task: "7001", requestedAt: ScriptedCloud.now))
        let asked = try #require(cloud.calls.first?.parameters)
        #expect(asked.text("InstanceId") == "crs-1")
        #expect(asked.text("Remark") == sent)
        #expect(asked["StorageDays"] == nil)
    }

    @Test(arguments: [
        (#""preparing""#, BackupRequest.Progress.running), (#""running""#, .running), (#""succeed""#, .done),
        (#""failed""#, .failed("no room")), (#""error""#, .failed("no room")), ("0", .running), ("2", .done),
        ("3", .failed("no room")), ("-1", .failed("no room")), (#""paused""#, .unknown),
    ])
    func taskHasItsProgress(_ status: String, _ progress: BackupRequest.Progress) async throws {
        let cloud = ScriptedCloud("DescribeTaskInfo", .members(#""Status":\#(status),"TaskMessage":"no room""#))
        #expect(try await cloud.source().progress(of: Self.request) == progress)
        #expect(cloud.calls.map { $0.parameters.number("TaskId") } == [7_001])
    }

    @Test func isWaitedForAndFound() async throws {
        let cloud = Self.cloud(
            doneAt: 3,
            backups: [("b-old", 0, "x", "06:00:00"), ("b-auto", 1, "x", "06:13:21")] + [
                ("b-other", 0, "y", "06:13:21"), ("b-mine", 0, "x", "06:13:25"),
            ]
        )
        let waits = Mutex<[Duration]>([])
        let backup = try await cloud.source().finished(Self.request, pause: .seconds(5)) { pause in
            waits.withLock { $0.append(pause) }
        }
        #expect(backup?.id == "b-mine")
        #expect(waits.withLock { $0 } == [.seconds(5), .seconds(5), .seconds(5)])
    }

    @Test func twoThatItMayBeAreNone() async throws {
        let cloud = Self.cloud(doneAt: 0, backups: [("b-1", 0, "x", "06:13:21"), ("b-2", 0, "x", "06:13:25")])
        #expect(try await cloud.source().finished(Self.request, wait: { _ in }) == nil)
    }

    @Test func givenUpTaskIsAFailure() async throws {
        let message = "no room for \(ScriptedCloud.secretKey)"
        let cloud = ScriptedCloud("DescribeTaskInfo", .members(#""Status":"failed","TaskMessage":"\#(message)""#))
        let failure = await #expect(throws: Failure.self) {
            _ = try await cloud.source().finished(Self.request, wait: { _ in })
        }
        #expect(failure?.code == "tencentcloud.task-failed")
        #expect(failure?.message.contains("It says: no room for …") == true)
    }

    @Test func waitingEnds() async throws {
        let cloud = ScriptedCloud("DescribeTaskInfo", .members(#""Status":"running""#))
        let failure = await #expect(throws: Failure.self) {
            _ = try await cloud.source().finished(Self.request, attempts: 4, wait: { _ in })
        }
        #expect(failure?.code == "tencentcloud.task-unfinished")
        #expect(failure?.failureClass == .transient)
        #expect(cloud.calls.count == 4)
    }

    @Test(arguments: ["RequestLimitExceeded", "InternalError", "ResourceUnavailable.InstanceLockedError"])
    func passingErrorsAreRiddenOut(_ code: String) async throws {
        let cloud = Self.cloud(doneAt: 5, errors: [1, 2], code, backups: [("b-mine", 0, "x", "06:13:25")])
        let source: any Source = try await cloud.source()
        #expect(try await cloud.source().finished(Self.request, wait: { _ in })?.id == "b-mine")
        #expect(source.requests != nil)
        #expect(TencentCloudSourcePlugin.descriptor.capabilities.contains(.requestsBackups))
    }

    @Test func lastingErrorsEndTheWaiting() async throws {
        let cloud = ScriptedCloud("DescribeTaskInfo", .error("AuthFailure.SecretIdNotFound"))
        let failure = await #expect(throws: Failure.self) {
            _ = try await cloud.source().finished(Self.request, wait: { _ in })
        }
        #expect(failure?.code == "tencentcloud.refused")
        #expect(cloud.calls.count == 1)
    }

    @Test func listThatIsBehindIsReadAgain() async throws {
        let cloud = Self.cloud(doneAt: 0, listedAt: 2, backups: [("b-mine", 0, "x", "06:13:25")])
        #expect(try await cloud.source().finished(Self.request, wait: { _ in })?.id == "b-mine")
    }

    @Test(arguments: [
        (ScriptedCloud.Reply.error("InternalError"), "task.answer-lost"),
        (.raw(status: 502, body: ""), "task.answer-lost"), (.raw(status: 200, body: "<html>"), "task.answer-lost"),
        (.raw(status: 404, body: ""), "tencentcloud.http-status"),
        (.error("RequestLimitExceeded"), "tencentcloud.rate-limit"),
        (.error("ResourceUnavailable.InstanceLockedError"), "instance.busy"),
        (.error("ResourceNotFound.InstanceNotExists"), "instance.not-found"),
    ])
    func orderIsSentOnceWhateverComesOfIt(_ reply: ScriptedCloud.Reply, _ code: String) async throws {
        let cloud = ScriptedCloud("ManualBackupInstance", reply)
        let failure = await #expect(throws: Failure.self) {
            _ = try await cloud.source().requestBackup(of: "crs-1", remark: nil)
        }
        #expect(failure?.code == code)
        #expect((failure?.failureClass == .conflict) == (code == "task.answer-lost"), "nobody is to repeat it")
        #expect(cloud.calls.count == 1)
    }

    @Test func cancellationEndsTheWaiting() async throws {
        let cloud = ScriptedCloud("DescribeTaskInfo", .members(#""Status":"running""#))
        await #expect(throws: CancellationError.self) {
            _ = try await cloud.source().finished(Self.request, wait: { _ in throw CancellationError() })
        }
        #expect(cloud.calls.count == 1)
    }

    private static let request = BackupRequest(
        instance: "crs-1",
        remark: "x",
        task: "7001",
        requestedAt: ScriptedCloud.now
    )

    /// A provider whose task is done at the given question, with backups of that morning.
    private static func cloud(
        doneAt: Int,
        errors: Set<Int> = [],
        _ error: String = "",
        listedAt: Int = 0,
        backups: [(id: String, type: Int, remark: String, time: String)]
    ) -> ScriptedCloud {
        let set = backups.map {
            #"{"BackupId":"\#($0.id)","BackupType":"\#($0.type)","Remark":"\#($0.remark)","Status":2,"#
                + #""StartTime":"2023-11-15 \#($0.time)"}"#
        }
        let list = #""TotalCount":\#(set.count),"BackupSet":[\#(set.joined(separator: ","))]"#
        return ScriptedCloud([
            "DescribeTaskInfo": { _, call in
                if errors.contains(call) { return .error(error) }
                return .members(#""Status":"\#(call < doneAt ? "running" : "succeed")""#)
            },
            "DescribeInstanceBackups": { _, call in
                call < listedAt ? .backups([String](), total: 0) : .members(list)
            },
        ])
    }
}
