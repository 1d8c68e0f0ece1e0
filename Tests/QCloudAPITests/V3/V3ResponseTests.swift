import QCloudAPI
import Testing

@Suite struct V3ResponseTests {
    static let files = [0, 5].map { shard in
        V3BackupFile(
            fileName: "9527208-4633789-redis-server-4.0.8-1001463-ignore-\(shard)-ignore.rdb",
            fileSize: shard == 0 ? 1024 : nil,
            downloadURL:
                "https://b.cos.ap-chengdu.myqcloud.com/\(shard)?sign=q-sign-time%3D1551952863%3B1551974523/+hush==",
            innerDownloadURL: "http://10.0.0.1/\(shard)?hush"
        )
    }

    @Test func sendsBothFormsOfAddresses() throws {
        let response = V3DescribeBackupURLResponse(files: [Self.files[0]])
        let (outer, inner, name) = (Self.files[0].downloadURL, Self.files[0].innerDownloadURL, Self.files[0].fileName)
        #expect(
            String(decoding: response.encoded(requestID: "r"), as: UTF8.self)
                == #"{"Response":{"BackupInfos":[{"FileName":""# + name + #"","FileSize":1024,"DownloadUrl":""# + outer
                + #"","InnerDownloadUrl":""# + inner + #""}],"DownloadUrl":[""# + outer + #""],"InnerDownloadUrl":[""#
                + inner + #""],"Filenames":[""# + name + #""],"RequestId":"r"}}"#
        )
    }

    @Test func roundTripsAddresses() throws {
        let response = V3DescribeBackupURLResponse(files: Self.files)
        let answer = try V3Answer<V3DescribeBackupURLResponse>(decoding: response.encoded(requestID: "r"))
        #expect(answer.response == response)
        #expect(answer.requestID == "r")
        var dumped = ""
        dump(answer, to: &dumped)
        #expect(!"\(answer) \(String(reflecting: answer)) \(dumped)".contains("hush"))
    }

    @Test(arguments: [
        #"{"DownloadUrl":["https://a?x","https://b"],"InnerDownloadUrl":["http://a"],"Filenames":["n"],"BackupInfos":[]}"#,
        #"{"DownloadUrl":["https://a?x","https://b"],"InnerDownloadUrl":["http://a",""],"Filenames":["n",""]}"#,
        #"{"BackupInfos":[{"FileName":"n","FileSize":"0","DownloadUrl":"https://a?x","InnerDownloadUrl":"http://a"},"#
            + #"{"FileName":null,"DownloadUrl":"https:\/\/b"}],"DownloadUrl":null}"#,
    ])
    func readsAddressesFromAnyShape(members: String) throws {
        let files = try decode(V3DescribeBackupURLResponse.self, members).files
        let first = V3BackupFile(fileName: "n", fileSize: nil, downloadURL: "https://a?x", innerDownloadURL: "http://a")
        let second = V3BackupFile(fileName: "", fileSize: nil, downloadURL: "https://b", innerDownloadURL: "")
        #expect(files == [first, second])
    }

    @Test(arguments: [
        "{}", #"{"BackupInfos":[]}"#, #"{"BackupInfos":[{"FileName":"hush"}]}"#, #"{"DownloadUrl":"hush"}"#,
        #"{"DownloadUrl":[""],"InnerDownloadUrl":null}"#, #"{"BackupInfos":[{"DownloadUrl":{"hush":1}}]}"#, "[]", "1",
    ])
    func refusesAnAnswerWithoutAddresses(members: String) {
        let error = #expect(throws: CRSMalformedAnswer.self) { try decode(V3DescribeBackupURLResponse.self, members) }
        #expect(error?.description.contains("hush") == false)
    }

    @Test(arguments: ["", "<html>", "{}", #"{"Response":null}"#, #"{"Response":{"Error":{}}}"#, #"{"code":0}"#])
    func refusesWhatIsNoAnswer(text: String) {
        #expect(throws: CRSMalformedAnswer.self) { try V3Answer<V3EmptyResponse>(decoding: text.utf8) }
    }

    @Test func roundTripsInstances() throws {
        var instance = V3Instance(instanceID: "crs-1", instanceName: "购物 车", status: .toBeDeleted)
        (instance.appid, instance.projectID, instance.regionID, instance.zoneID) = (1_251_003_852, 0, 1, 100002)
        (instance.size, instance.sizeUsed, instance.type, instance.productType) = (1024.5, 2, 9, "cluster")
        (instance.wanIP, instance.port, instance.noAuth) = ("10.0.0.1", 6379, false)
        (instance.tags, instance.instanceTags) = (["a"], [V3Tag(key: "k", value: "v")])
        (instance.region, instance.deadlineTime, instance.redisShardNum) = ("ap-x", "0000-00-00 00:00:00", 3)
        let response = V3DescribeInstancesResponse(
            totalCount: 9,
            instances: [instance, V3Instance(instanceID: "crs-2")]
        )
        #expect(try V3Answer(decoding: response.encoded(requestID: "r")).response == response)
        // Zeros are how the vendor writes that there is no time.
        #expect(CRSTimeFormat().parse("0000-00-00 00:00:00") == nil)
    }

    @Test func readsInstancesOfOlderYears() throws {
        let members =
            #"{"TotalCount":"1","InstanceSet":[{"InstanceId":"crs-1","Port":"6379","Size":"1024","NoAuth":0,"#
            + #""Status":"2","Tags":null,"InstanceTags":null,"Unknown":{},"AutoRenewFlag":true,"Engine":null}]}"#
        var instance = V3Instance(instanceID: "crs-1", status: .running)
        (instance.port, instance.size, instance.noAuth, instance.autoRenewFlag) = (6379, 1024, false, 1)
        #expect(
            try decode(V3DescribeInstancesResponse.self, members)
                == V3DescribeInstancesResponse(totalCount: 1, instances: [instance])
        )
        #expect(try decode(V3DescribeInstancesResponse.self, #"{"InstanceSet":null}"#).instances.isEmpty)
    }

    struct Edition: Sendable, CustomTestStringConvertible {
        let type: Int?
        let productType: String?
        let isCluster: Bool?
        var testDescription: String { "\(type.map(String.init) ?? "nil") \(productType ?? "nil")" }
    }

    @Test(arguments: [
        Edition(type: 9, productType: nil, isCluster: true), Edition(type: 8, productType: nil, isCluster: false),
        Edition(type: 9, productType: "standalone", isCluster: false),
        Edition(type: 77, productType: nil, isCluster: nil),
        Edition(type: nil, productType: "cluster", isCluster: true),
        Edition(type: 22, productType: "", isCluster: true),
    ])
    func tellsClusters(edition: Edition) {
        var instance = V3Instance(instanceID: "crs-1")
        (instance.type, instance.productType) = (edition.type, edition.productType)
        #expect(instance.isCluster == edition.isCluster)
    }

    @Test func roundTripsBackups() throws {
        var backup = V3Backup(
            backupID: "165706342-5832225-1641692389",
            instanceID: "crs-1",
            startTime: "2022-01-09 09:39:49",
            backupType: "1",
            status: .normal,
            remark: "备",
            isLocked: true
        )
        (backup.endTime, backup.expireTime) = ("2022-01-09 09:40:12", "2022-01-16 09:39:49")
        (backup.backupSize, backup.fileType, backup.isEncrypted) = (1024, "RDB-Redis 6.2", false)
        (backup.instanceName, backup.instanceType, backup.fullBackup, backup.region) = ("n", 15, 0, "ap-x")
        let response = V3DescribeInstanceBackupsResponse(totalCount: 1, backups: [backup])
        #expect(try V3Answer(decoding: response.encoded(requestID: "r")).response == response)

        var detail = V3DescribeBackupDetailResponse(backup: backup)
        (detail.memSize, detail.shardNum, detail.replicasNum) = (1024, 3, 1)
        #expect(try V3Answer(decoding: detail.encoded(requestID: "r")).response == detail)
        detail.encryption = .init(decryptKey: "hush", kmsKeyID: "kms")
        #expect(try V3Answer(decoding: detail.encoded(requestID: "r")).response == detail)
        var dumped = ""
        dump(detail, to: &dumped)
        #expect(!"\(detail) \(dumped)".contains("hush"))
    }

    @Test func readsBackupsOfOlderYears() throws {
        let members =
            #"{"BackupSet":[{"BackupId":"b","BackupType":0,"Status":"-1","Locked":"0","Encrypted":"true"},"#
            + #"{"BackupId":"c","BackupType":"systemBackupInstance","Remark":null,"BackupSize":12.0}]}"#
        let backups = try decode(V3DescribeInstanceBackupsResponse.self, members).backups
        #expect(backups.map(\.backupID) == ["b", "c"])
        #expect(backups.map(\.origin) == [.manual, .automatic])
        #expect(backups.map(\.status) == [.expired, nil])
        #expect(backups.map(\.isEncrypted) == [true, nil])
        #expect(backups.map(\.backupSize) == [nil, 12])
    }

    @Test(
        arguments: [
            "0": .manual, "1": .automatic, "2": .specificationChange, "manualBackupInstance": .manual,
            "systemBackupInstance": .automatic, "3": nil, "": nil,
        ] as [String: V3Backup.Origin?]
    )
    func tellsWhatMadeABackup(name: String, origin: V3Backup.Origin?) {
        #expect(V3Backup.Origin(wireName: name) == origin)
    }

    @Test func roundTripsTasks() throws {
        #expect(
            String(decoding: V3TaskResponse(taskID: 12).encoded(requestID: "r"), as: UTF8.self)
                == #"{"Response":{"TaskId":12,"RequestId":"r"}}"#
        )
        #expect(try decode(V3TaskResponse.self, #"{"TaskId":"12"}"#) == V3TaskResponse(taskID: 12))
        #expect(throws: CRSMalformedAnswer.self) { try decode(V3TaskResponse.self, "{}") }
        let task = V3DescribeTaskInfoResponse(status: .succeed, startTime: "t", taskType: "y", instanceID: "crs-1")
        #expect(try V3Answer(decoding: task.encoded(requestID: "r")).response == task)
        #expect(try decode(V3DescribeTaskInfoResponse.self, #"{"Status":-1}"#).status == .error)
        #expect(try decode(V3DescribeTaskInfoResponse.self, #"{"Status":"paused"}"#).status == nil)
        #expect(throws: CRSMalformedAnswer.self) { try decode(V3DescribeTaskInfoResponse.self, "{}") }
    }

    @Test func roundTripsSettings() throws {
        let config = V3AutoBackupConfig(weekDays: [.monday], timePeriod: "01:00-02:00")
        #expect(try V3Answer(decoding: config.encoded(requestID: "r")).response == config)
        #expect(try decode(V3AutoBackupConfig.self, #"{"WeekDays":["Monday","Someday"]}"#).weekDays == [.monday])
        let limit = V3DescribeBackupDownloadRestrictionResponse(limit: V3RequestTests.limit)
        #expect(try V3Answer(decoding: limit.encoded(requestID: "r")).response == limit)
        let lenient = #"{"LimitType":"Other","LimitVpc":null,"LimitIp":null}"#
        #expect(try decode(V3DescribeBackupDownloadRestrictionResponse.self, lenient).limit == V3DownloadLimit())
        let empty = V3EmptyResponse().encoded(requestID: "r")
        #expect(String(decoding: empty, as: UTF8.self) == #"{"Response":{"RequestId":"r"}}"#)
        #expect(try V3Answer<V3EmptyResponse>(decoding: empty).requestID == "r")
    }

    private func decode<Response: V3ActionResponse>(_: Response.Type, _ members: String) throws -> Response {
        try V3Answer<Response>(decoding: Array(#"{"Response":\#(members)}"#.utf8)).response
    }
}
