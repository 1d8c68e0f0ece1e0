import QCloudAPI
import Testing

@Suite struct V3RequestTests {
    static let limit = V3DownloadLimit(
        type: .customized,
        vpcComparison: .listed,
        ipComparison: .notListed,
        networks: [
            .init(region: "ap-guangzhou", vpcIDs: ["vpc-a", "vpc-b"]), .init(region: "ap-beijing", vpcIDs: ["c"]),
        ],
        addresses: ["10.0.0.1", "10.0.0.0/8"]
    )

    static let requests: [V3AnyRequest] = {
        var instances = V3DescribeInstances(limit: 1000, offset: 7, instanceID: "crs-1")
        (instances.instanceIDs, instances.instanceName, instances.searchKey) = (["crs-1", "crs-2"], "购物_车", "购")
        (instances.searchKeys, instances.orderBy, instances.orderType) = (["a", "b"], .curDeadline, .ascending)
        (instances.status, instances.type, instances.typeVersion) = ([.running, .toBeDeleted], 8, 3)
        (instances.engineName, instances.billingMode, instances.autoRenew) = ("Redis-5.0", .prepaid, [0, 2])
        (instances.uniqVpcIDs, instances.uniqSubnetIDs) = (["vpc-a"], ["subnet-a"])
        (instances.vpcIDs, instances.subnetIDs, instances.projectIDs) = (["47525"], ["56854"], [0, 1_000_123])
        (instances.instanceTags, instances.tagKeys) = (
            [V3Tag(key: "k", value: ""), V3Tag(key: "@", value: "v")], ["k"]
        )
        (instances.productVersions, instances.zoneMode) = (["local"], .multiaz)
        var backups = V3DescribeInstanceBackups(
            instanceID: "crs-1",
            limit: 100,
            offset: 200,
            beginTime: "2022-01-01 00:00:00",
            endTime: "2022-01-31 00:00:00"
        )
        (backups.instanceName, backups.status) = ("购", [.normal, .expired])
        return [
            .describeInstances(instances), .describeInstances(V3DescribeInstances()),
            .describeInstanceBackups(backups), .describeInstanceBackups(V3DescribeInstanceBackups(instanceID: nil)),
            .describeBackupURL(V3DescribeBackupURL(instanceID: "crs-1", backupID: "b", limit: limit)),
            .describeBackupURL(V3DescribeBackupURL(instanceID: "crs-1", backupID: "b")),
            .describeBackupDetail(V3DescribeBackupDetail(instanceID: "crs-1", backupID: "@b")),
            .manualBackupInstance(V3ManualBackupInstance(instanceID: "crs-1", remark: "备 注", storageDays: 1825)),
            .manualBackupInstance(V3ManualBackupInstance(instanceID: "crs-1")),
            .describeTaskInfo(V3DescribeTaskInfo(taskID: 1234)),
            .describeBackupDownloadRestriction(V3DescribeBackupDownloadRestriction()),
            .modifyBackupDownloadRestriction(V3ModifyBackupDownloadRestriction(limit: limit)),
            .modifyBackupDownloadRestriction(V3ModifyBackupDownloadRestriction(limit: V3DownloadLimit(type: .noLimit))),
            .describeAutoBackupConfig(V3DescribeAutoBackupConfig(instanceID: "crs-1")),
            .modifyAutoBackupConfig(
                V3ModifyAutoBackupConfig(
                    instanceID: "crs-1",
                    weekDays: [.monday, .sunday],
                    timePeriod: "23:00-00:00",
                    autoBackupType: 1,
                    storageDays: 7
                )
            ),
        ]
    }()

    @Test(arguments: requests)
    func roundTripsInEveryForm(request: V3AnyRequest) throws {
        let (action, parameters) = request.parts
        let json = try V3Object(json: parameters.json())
        #expect(try V3AnyRequest(action: action) { () throws(V3Error) in json } == request)
        let form = try FormParameters(decoding: parameters.flattened().encoded())
        #expect(try V3AnyRequest(action: action) { () throws(V3Error) in try V3Object(unflattening: form) } == request)
    }

    @Test func sendsNothingForAbsentParameters() {
        #expect(V3DescribeInstanceBackups(instanceID: nil).parameters.flattened() == ["Limit": "20", "Offset": "0"])
        #expect(V3ModifyAutoBackupConfig(instanceID: "a").parameters == ["InstanceId": .text("a")])
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let action: String
        let json: String
        let code: V3ErrorCode
        var names = ""
        var testDescription: String { "\(action) \(json)" }
    }

    @Test(arguments: [
        Fault(action: "DescribeInstances", json: #"{"Limit":"20"}"#, code: .invalidParameter, names: "Limit"),
        Fault(action: "DescribeInstances", json: #"{"Limit":1.5}"#, code: .invalidParameter, names: "Limit"),
        Fault(action: "DescribeInstances", json: #"{"Limit":true}"#, code: .invalidParameter, names: "Limit"),
        Fault(action: "DescribeInstances", json: #"{"Limit":0}"#, code: .invalidParameterValue, names: "Limit"),
        Fault(action: "DescribeInstances", json: #"{"Limit":1001}"#, code: .invalidParameterValue, names: "Limit"),
        Fault(action: "DescribeInstances", json: #"{"Offset":-1}"#, code: .invalidParameterValue, names: "Offset"),
        Fault(
            action: "DescribeInstances",
            json: #"{"OrderBy":"size"}"#,
            code: .invalidParameterValue,
            names: "OrderBy"
        ),
        Fault(action: "DescribeInstances", json: #"{"OrderType":2}"#, code: .invalidParameterValue, names: "OrderType"),
        Fault(action: "DescribeInstances", json: #"{"TypeVersion":4}"#, code: .invalidParameterValue),
        Fault(action: "DescribeInstances", json: #"{"AutoRenew":[3]}"#, code: .invalidParameterValue),
        Fault(action: "DescribeInstances", json: #"{"Status":2}"#, code: .invalidParameter, names: "Status"),
        Fault(action: "DescribeInstances", json: #"{"Status":["2"]}"#, code: .invalidParameter, names: "Status"),
        Fault(action: "DescribeInstances", json: #"{"InstanceIds":"crs-1"}"#, code: .invalidParameter),
        Fault(action: "DescribeInstances", json: #"{"InstanceIds":[""]}"#, code: .invalidParameterValue),
        Fault(action: "DescribeInstances", json: #"{"InstanceIds":{"0":"a"}}"#, code: .invalidParameter),
        Fault(
            action: "DescribeInstances",
            json: #"{"InstanceTags":[{"TagValue":"v"}]}"#,
            code: .missingParameter,
            names: "InstanceTags.0.TagKey"
        ),
        Fault(
            action: "DescribeInstances",
            json: #"{"InstanceTags":[{"TagKey":"k","X":1}]}"#,
            code: .unknownParameter,
            names: "InstanceTags.0.X"
        ),
        Fault(action: "DescribeInstances", json: #"{"Limits":20}"#, code: .unknownParameter, names: "Limits"),
        Fault(action: "DescribeInstances", json: #"{"limit":20}"#, code: .unknownParameter, names: "limit"),
        Fault(action: "DescribeInstances", json: #"{"a b\n":20}"#, code: .unknownParameter),
        Fault(action: "DescribeInstances", json: #"{"AzMode":"three"}"#, code: .invalidParameterValue, names: "AzMode"),
        Fault(action: "DescribeInstanceBackups", json: #"{"Limit":101}"#, code: .invalidParameterValue),
        Fault(action: "DescribeInstanceBackups", json: #"{"Status":[5]}"#, code: .invalidParameterValue),
        Fault(
            action: "DescribeInstanceBackups",
            json: #"{"BeginTime":"2022-02-30 00:00:00"}"#,
            code: .invalidPeriod,
            names: "BeginTime"
        ),
        Fault(
            action: "DescribeInstanceBackups",
            json: #"{"EndTime":"2022-02-01T00:00:00Z"}"#,
            code: .invalidPeriod,
            names: "EndTime"
        ),
        Fault(
            action: "DescribeInstanceBackups",
            json: #"{"BeginTime":"2022-01-01 00:00:00","EndTime":"2022-01-31 00:00:01"}"#,
            code: .invalidPeriod
        ),
        Fault(
            action: "DescribeInstanceBackups",
            json: #"{"BeginTime":"2022-01-02 00:00:00","EndTime":"2022-01-01 00:00:00"}"#,
            code: .invalidPeriod
        ),
        Fault(action: "DescribeBackupUrl", json: #"{"BackupId":"b"}"#, code: .missingParameter, names: "InstanceId"),
        Fault(action: "DescribeBackupUrl", json: #"{"InstanceId":null,"BackupId":"b"}"#, code: .missingParameter),
        Fault(action: "DescribeBackupUrl", json: #"{"InstanceId":"a"}"#, code: .missingParameter, names: "BackupId"),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":""}"#,
            code: .emptyParameter,
            names: "BackupId"
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":1,"BackupId":"b"}"#,
            code: .invalidParameter,
            names: "InstanceId"
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","LimitType":"All"}"#,
            code: .invalidParameterValue,
            names: "LimitType"
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","VpcComparisonSymbol":"NotIn"}"#,
            code: .invalidParameterValue
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","LimitType":"Customize"}"#,
            code: .missingParameter
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","LimitVpc":["v"]}"#,
            code: .invalidParameter
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","LimitVpc":[{"VpcList":["v"]}]}"#,
            code: .missingParameter,
            names: "LimitVpc.0.Region"
        ),
        Fault(
            action: "DescribeBackupUrl",
            json: #"{"InstanceId":"a","BackupId":"b","LimitVpc":[{"Region":"r"}]}"#,
            code: .missingParameter,
            names: "VpcList"
        ),
        Fault(action: "DescribeBackupDetail", json: "{}", code: .missingParameter, names: "InstanceId"),
        Fault(
            action: "ManualBackupInstance",
            json: #"{"InstanceId":"a","StorageDays":1826}"#,
            code: .invalidParameterValue,
            names: "StorageDays"
        ),
        Fault(action: "ManualBackupInstance", json: #"{"Remark":"r"}"#, code: .missingParameter, names: "InstanceId"),
        Fault(action: "DescribeTaskInfo", json: "{}", code: .missingParameter, names: "TaskId"),
        Fault(action: "DescribeTaskInfo", json: #"{"TaskId":-1}"#, code: .invalidParameterValue, names: "TaskId"),
        Fault(action: "DescribeBackupDownloadRestriction", json: #"{"InstanceId":"a"}"#, code: .unknownParameter),
        Fault(action: "ModifyBackupDownloadRestriction", json: "{}", code: .missingParameter, names: "LimitType"),
        Fault(action: "ModifyBackupDownloadRestriction", json: #"{"LimitType":"Customize"}"#, code: .missingParameter),
        Fault(action: "DescribeAutoBackupConfig", json: "{}", code: .missingParameter, names: "InstanceId"),
        Fault(
            action: "ModifyAutoBackupConfig",
            json: #"{"InstanceId":"a","WeekDays":["monday"]}"#,
            code: .invalidWeekDays
        ),
        Fault(
            action: "ModifyAutoBackupConfig",
            json: #"{"InstanceId":"a","TimePeriod":"01:30-02:30"}"#,
            code: .invalidParameterValue
        ),
        Fault(
            action: "ModifyAutoBackupConfig",
            json: #"{"InstanceId":"a","TimePeriod":"01:00-03:00"}"#,
            code: .invalidParameterValue
        ),
        Fault(
            action: "ModifyAutoBackupConfig",
            json: #"{"InstanceId":"a","AutoBackupType":2}"#,
            code: .invalidParameterValue
        ),
        Fault(action: "Drop", json: "{}", code: .invalidAction),
    ])
    func answersTheExactCode(fault: Fault) throws {
        let parameters = try V3Object(json: Array(fault.json.utf8))
        let error = #expect(throws: V3Error.self) {
            try V3AnyRequest(action: fault.action) { () throws(V3Error) in parameters }
        }
        #expect(error?.code == fault.code)
        #expect(error?.message.contains(fault.names) == true || fault.names.isEmpty)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(arguments: [
        ["Limit": "20x"] as FormParameters, ["Limit": ""], ["Limit.0": "20"], ["Status": "2"], ["Limit": "+20"],
    ])
    func readsUntypedNumbersStrictly(form: FormParameters) {
        let error = #expect(throws: V3Error.self) {
            try V3DescribeInstances(parameters: V3Object(unflattening: form))
        }
        #expect(error?.code == .invalidParameter)
    }

    @Test func ignoresParametersThatTheVendorIgnores() throws {
        let object: V3Object = ["RegionIds": .array([.integer(1)]), "MonitorVersion": .text("5s"), "TypeList": .null]
        #expect(try V3DescribeInstances(parameters: object) == V3DescribeInstances())
    }
}

extension V3AnyRequest {
    /// The action's name and its parameters to send.
    var parts: (action: String, parameters: V3Object) {
        func parts<Request: V3ActionRequest>(_ request: Request) -> (String, V3Object) {
            (Request.action, request.parameters)
        }
        return switch self {
        case .describeInstances(let request): parts(request)
        case .describeInstanceBackups(let request): parts(request)
        case .describeBackupURL(let request): parts(request)
        case .describeBackupDetail(let request): parts(request)
        case .manualBackupInstance(let request): parts(request)
        case .describeTaskInfo(let request): parts(request)
        case .describeBackupDownloadRestriction(let request): parts(request)
        case .modifyBackupDownloadRestriction(let request): parts(request)
        case .describeAutoBackupConfig(let request): parts(request)
        case .modifyAutoBackupConfig(let request): parts(request)
        }
    }
}
