import QCloudAPI
import Testing

@Suite struct TaskActionTests {
    @Test func roundTripsRequests() throws {
        let export = ExportRedisBackup(redisId: "crs-1", backupId: "b")
        #expect(try ExportRedisBackup(parameters: export.parameters) == export)
        for backup in [ManualBackupInstance(redisId: "crs-1", remark: "备 注"), ManualBackupInstance(redisId: "crs-1")] {
            #expect(
                try ManualBackupInstance(parameters: FormParameters(decoding: backup.parameters.encoded())) == backup
            )
        }
        let info = DescribeTaskInfo(requestId: 12345)
        #expect(try DescribeTaskInfo(parameters: info.parameters) == info)
        var list = GetRedisTaskList(limit: 20, offset: 40, redisId: "crs-1", redisName: "购物")
        (list.beginTime, list.endTime) = ("2017-02-08 16:46:34", "2017-02-09 00:00:00")
        (list.taskStatus, list.taskType) = ([.error, .done], ["task_exportBackup", "task_backupInstance"])
        #expect(try GetRedisTaskList(parameters: FormParameters(decoding: list.parameters.encoded())) == list)
        #expect(list.parameters["taskStatus.0"] == "-1")
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let action: String
        let form: FormParameters
        let name: String
        var testDescription: String { "\(action) \(name)" }
    }

    @Test(arguments: [
        Fault(action: "ExportRedisBackup", form: ["backupId": "b"], name: "redisId"),
        Fault(action: "ExportRedisBackup", form: ["redisId": "crs-1", "backupId": ""], name: "backupId"),
        Fault(action: "ManualBackupInstance", form: ["remark": "r"], name: "redisId"),
        Fault(action: "DescribeTaskInfo", form: [:], name: "requestId"),
        Fault(action: "DescribeTaskInfo", form: ["requestId": "-1"], name: "requestId"),
        Fault(action: "DescribeTaskInfo", form: ["requestId": "x"], name: "requestId"),
        Fault(action: "GetRedisTaskList", form: ["offset": "0"], name: "limit"),
        Fault(action: "GetRedisTaskList", form: ["limit": "1"], name: "offset"),
        Fault(action: "GetRedisTaskList", form: ["limit": "1", "offset": "0", "endTime": "x"], name: "endTime"),
        Fault(
            action: "GetRedisTaskList",
            form: ["limit": "1", "offset": "0", "taskStatus.0": "4"],
            name: "taskStatus"
        ),
    ])
    func namesTheParameterAtFault(fault: Fault) {
        let error = #expect(throws: CRSError.self) {
            switch fault.action {
            case ExportRedisBackup.action: _ = try ExportRedisBackup(parameters: fault.form)
            case ManualBackupInstance.action: _ = try ManualBackupInstance(parameters: fault.form)
            case DescribeTaskInfo.action: _ = try DescribeTaskInfo(parameters: fault.form)
            default: _ = try GetRedisTaskList(parameters: fault.form)
            }
        }
        #expect(error?.known == .invalidParameter)
        #expect(error?.message.contains(fault.name) == true)
    }

    @Test(arguments: [
        #"{"code":0,"message":"","codeDesc":"Success","data":{"requestId":12345}}"#,
        #"{"code":"0","data":[{"requestId":"12345"}]}"#,
    ])
    func readsStartedTasks(text: String) throws {
        let response = TaskStartedResponse(requestId: 12345)
        #expect(try TaskStartedResponse(decoding: text.utf8) == response)
        #expect(try TaskStartedResponse(decoding: response.encoded()) == response)
    }

    @Test(arguments: CRSTaskStatusTable.all)
    func roundTripsTaskStates(status: CRSTask.Status) throws {
        let response = DescribeTaskInfoResponse(status: status)
        #expect(try DescribeTaskInfoResponse(decoding: response.encoded()) == response)
        let text = #"{"code":0,"data":[{"status":"\#(status.rawValue)"}]}"#
        #expect(try DescribeTaskInfoResponse(decoding: text.utf8) == response)
    }

    @Test(arguments: [#"{"code":0}"#, #"{"code":0,"data":{}}"#, #"{"code":0,"data":[]}"#, #"{"code":0,"data":null}"#])
    func refusesAnswersWithoutContent(text: String) {
        #expect(throws: CRSMalformedAnswer.self) { try TaskStartedResponse(decoding: text.utf8) }
        #expect(throws: CRSMalformedAnswer.self) { try DescribeTaskInfoResponse(decoding: text.utf8) }
    }

    @Test func roundTripsTaskLists() throws {
        let task = CRSTask(
            startTime: "2017-02-08 16:46:34",
            taskName: "task_backupInstance",
            redisName: "购物",
            redisId: "crs-1",
            projectId: 0,
            status: .done,
            progress: 1
        )
        let response = GetRedisTaskListResponse(totalCount: 1, tasks: [task])
        #expect(
            String(decoding: response.encoded(), as: UTF8.self)
                == #"{"code":0,"message":"","codeDesc":"Success","totalCount":1,"data":{"redisTaskSet":[{"startTime":"#
                + #""2017-02-08 16:46:34","taskName":"task_backupInstance","redisName":"购物","redisId":"crs-1","#
                + #""projectId":0,"status":2,"progress":1}]}}"#
        )
        #expect(try GetRedisTaskListResponse(decoding: response.encoded()) == response)
        let text = #"{"code":"0","totalCount":"1","data":[{"redisTaskSet":[{"redisId":"crs-1","status":"2"}]}]}"#
        let read = try GetRedisTaskListResponse(decoding: text.utf8)
        #expect(read.tasks.map(\.status) == [.done])
        #expect(read.totalCount == 1)
    }
}

/// The documented states.
enum CRSTaskStatusTable {
    static let all: [CRSTask.Status] = [.waiting, .running, .done, .failed, .error]
}
