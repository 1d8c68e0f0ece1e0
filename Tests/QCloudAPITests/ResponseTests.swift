import QCloudAPI
import Testing

@Suite struct ResponseTests {
    static let token = "NuRTyoDugir/5bQ3o46l+/+A=="
    static let url = CRSDownloadURL(
        intranet: "http://10.66.183.31:5500/download/dump.rdb?\(token)",
        extranet: "http://203.0.113.9:9097/download/dump.rdb?\(token)"
    )

    @Test func writesAddressesByteForByte() {
        let text = String(decoding: GetBackupDownloadURLResponse(url: Self.url).encoded(), as: UTF8.self)
        #expect(
            text == #"{"code":0,"message":"","codeDesc":"Success","data":{"intranet":""# + Self.url.intranet
                + #"","extranet":""# + Self.url.extranet + #""}}"#
        )
    }

    @Test func roundTripsAddresses() throws {
        let response = GetBackupDownloadURLResponse(url: Self.url)
        #expect(try GetBackupDownloadURLResponse(decoding: response.encoded()) == response)
    }

    @Test(arguments: [
        #"{"code":"0","message":null,"data":{"intranet":"http:\/\/a\/b?c+d==","extranet":"http://e"}}"#,
        #"{"data":[{"intranet":"http://a/b?c+d==","extranet":"http://e","more":{}}],"code":0,"extra":[1]}"#,
        #" {"code":0.0,"codeDesc":"Success","data":{"extranet":"http://e","intranet":"http://a/b?c\u002bd=="}} "#,
    ])
    func readsAddressesFromAnyShape(text: String) throws {
        let url = try GetBackupDownloadURLResponse(decoding: text.utf8).url
        #expect(url == CRSDownloadURL(intranet: "http://a/b?c+d==", extranet: "http://e"))
    }

    @Test func takesAMissingAddressAsEmpty() throws {
        let text = #"{"code":0,"data":{"intranet":null,"extranet":"http://e"}}"#
        #expect(try GetBackupDownloadURLResponse(decoding: text.utf8).url.intranet.isEmpty)
    }

    @Test(arguments: [
        "", "null", "[]", "<html>", "{", #"{"code":0}"#, #"{"data":{}}"#, #"{"code":0,"data":{}}"#,
        #"{"code":0,"data":[]}"#, #"{"code":"x","data":{}}"#, #"{"code":0,"data":"http://hush"}"#,
        #"{"code":0,"data":{"intranet":{"hush":1}}}"#, #"{"code":1e300}"#, #"{"code":null}"#,
    ])
    func refusesMalformedAnswer(text: String) {
        let error = #expect(throws: CRSMalformedAnswer.self) {
            try GetBackupDownloadURLResponse(decoding: text.utf8)
        }
        #expect(error?.description.contains("hush") == false)
    }

    @Test func namesThePlaceOfAFault() {
        let text = #"{"code":0,"data":{"redisSet":[{"redisId":"crs-1"},{"redisName":"x"}]}}"#
        let error = #expect(throws: CRSMalformedAnswer.self) { try DescribeRedisResponse(decoding: text.utf8) }
        #expect(error?.reason == "redisId is missing")
        #expect(error?.path.hasPrefix("data.redisSet") == true)
    }

    @Test func printsNoAddresses() {
        var dumped = ""
        dump(GetBackupDownloadURLResponse(url: Self.url), to: &dumped)
        #expect(!"\(Self.url) \(String(reflecting: Self.url)) \(dumped)".contains("NuRT"))
    }

    @Test func roundTripsInstances() throws {
        let response = DescribeRedisResponse(totalCount: 90, instances: [Self.instance, CRSInstance(redisId: "crs-2")])
        #expect(try DescribeRedisResponse(decoding: response.encoded()) == response)
    }

    @Test(arguments: [
        #"{"code":"0","message":"","codeDesc":"Success","totalCount":"1","data":{"redisSet":[ITEM]}}"#,
        #"{"code":0,"message":null,"data":{"totalCount":1,"redisSet":[ITEM]}}"#,
        #"{"code":0,"data":[{"redisSet":[ITEM],"totalCount":"1"}]}"#,
        #"{"code":0,"totalCount":1.0,"data":[ITEM]}"#,
    ])
    func readsInstancesFromAnyShape(text: String) throws {
        let item = """
            {"redisName":"购物 车","redisId":"crs-c7xq4kqu","appid":"1251003852","projectId":"0","regionId":"1",
            "zoneId":"100002","vpcId":5,"unVpcId":"vpc-x","subnetId":6,"unSubnetId":"","status":"-2",
            "statusDesc":"isolated","wanIp":"10.66.183.31","port":"6379","createtime":"2017-02-08 16:46:34",
            "size":"1024","sizeUsed":12.7,"typeId":2,"typeIddesc":null,"autoRenewFlag":0,"unknown":[]}
            """
        let whole = text.split(separator: "ITEM", omittingEmptySubsequences: false).joined(separator: item)
        let response = try DescribeRedisResponse(decoding: whole.utf8)
        #expect(response == DescribeRedisResponse(totalCount: 1, instances: [Self.instance]))
    }

    @Test(arguments: [
        #"{"code":0}"#, #"{"code":0,"data":null}"#, #"{"code":0,"data":[]}"#, #"{"code":0,"data":{}}"#,
        #"{"code":0,"data":{"redisSet":null,"redisBackupSet":null}}"#,
        #"{"code":0,"totalCount":"","data":{"redisSet":[],"redisBackupSet":[]}}"#,
    ])
    func readsEmptyLists(text: String) throws {
        #expect(try DescribeRedisResponse(decoding: text.utf8) == .init(totalCount: nil, instances: []))
        #expect(try GetRedisBackupListResponse(decoding: text.utf8) == .init(totalCount: nil, backups: []))
    }

    @Test func writesTheDocumentedBackupShape() throws {
        let backup = CRSBackup(
            backupId: "19266626-eddb-11e6-890a-525400394272",
            startTime: "2017-02-08 16:46:34",
            backupType: CRSBackup.manualType,
            status: .normal,
            isLocked: true
        )
        let response = GetRedisBackupListResponse(totalCount: 1, backups: [backup])
        #expect(
            String(decoding: response.encoded(), as: UTF8.self)
                == #"{"code":0,"message":"","codeDesc":"Success","totalCount":1,"data":{"redisBackupSet":[{"#
                + #""startTime":"2017-02-08 16:46:34","backupId":"19266626-eddb-11e6-890a-525400394272","#
                + #""backupType":"manualBackupInstance","status":2,"remark":"","locked":1}]}}"#
        )
        #expect(try GetRedisBackupListResponse(decoding: response.encoded()) == response)
    }

    @Test func readsBackupsWithTextsForNumbers() throws {
        let text = """
            {"code":"0","totalCount":"2","data":{"redisBackupSet":[
            {"backupId":1,"startTime":"2017-02-08 16:46:34","backupType":"x","status":"-1","remark":"备","locked":"0"},
            {"backupId":"b"}]}}
            """
        let response = try GetRedisBackupListResponse(decoding: text.utf8)
        let first = CRSBackup(
            backupId: "1",
            startTime: "2017-02-08 16:46:34",
            backupType: "x",
            status: .expired,
            remark: "备"
        )
        let second = CRSBackup(backupId: "b", startTime: "", backupType: "", status: nil)
        #expect(response == GetRedisBackupListResponse(totalCount: 2, backups: [first, second]))
    }

    private static let instance: CRSInstance = {
        var instance = CRSInstance(redisId: "crs-c7xq4kqu", redisName: "购物 车", status: .isolated)
        (instance.appid, instance.projectId, instance.regionId, instance.zoneId) = (1_251_003_852, 0, 1, 100002)
        (instance.vpcId, instance.unVpcId, instance.subnetId, instance.unSubnetId) = (5, "vpc-x", 6, "")
        (instance.statusDesc, instance.wanIp, instance.port) = ("isolated", "10.66.183.31", 6379)
        (instance.createtime, instance.size, instance.sizeUsed) = ("2017-02-08 16:46:34", 1024, 12)
        (instance.typeId, instance.autoRenewFlag) = (2, 0)
        return instance
    }()
}
