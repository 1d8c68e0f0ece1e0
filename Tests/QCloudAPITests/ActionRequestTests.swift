import QCloudAPI
import Testing

@Suite struct ActionRequestTests {
    @Test func roundTripsDescribeRedis() throws {
        var request = DescribeRedis(limit: 40, offset: 110, redisId: "crs-c7xq4kqu", redisName: "购物_车")
        request.orderBy = .createtime
        request.orderType = .ascending
        request.vpcIds = [1, 22]
        request.unVpcIds = ["vpc-a", "vpc-b"]
        request.subnetIds = [3]
        request.unSubnetIds = ["subnet-a"]
        request.projectIds = [0, 1_000_123]
        request.crsInstanceVips = ["10.0.0.1"]
        request.redisNameFuzzeySearch = "购"
        request.redisType = "2"
        let form = try FormParameters(decoding: request.parameters.encoded())
        #expect(try DescribeRedis(parameters: form) == request)
        #expect(form["projectIds.1"] == "1000123")
        #expect(DescribeRedis.action == "DescribeRedis")
    }

    @Test func sendsNothingForAbsentFilters() throws {
        let request = DescribeRedis(limit: 20, offset: 0)
        #expect(request.parameters == ["limit": "20", "offset": "0"])
        #expect(try DescribeRedis(parameters: ["limit": "20", "offset": "0", "redisId": "", "Nonce": "1"]) == request)
    }

    @Test func acceptsASingleAddress() throws {
        let form: FormParameters = ["limit": "1", "offset": "0", "crsInstanceVips": "10.0.0.1"]
        #expect(try DescribeRedis(parameters: form).crsInstanceVips == ["10.0.0.1"])
    }

    @Test func roundTripsBackupList() throws {
        let request = GetRedisBackupList(
            redisId: "crs-c7xq4kqu",
            limit: 1000,
            offset: 7,
            beginTime: "2017-02-08 16:46:34",
            endTime: "2017-02-09 00:00:00"
        )
        let form = try FormParameters(decoding: request.parameters.encoded())
        #expect(try GetRedisBackupList(parameters: form) == request)
    }

    @Test func takesAbsentBackupListOffsetAsZero() throws {
        let request = try GetRedisBackupList(parameters: ["redisId": "crs-1", "limit": "1", "beginTime": ""])
        #expect(request == GetRedisBackupList(redisId: "crs-1", limit: 1))
    }

    @Test func roundTripsDownloadUrl() throws {
        let request = GetBackupDownloadUrl(redisId: "crs-c7xq4kqu", backupId: "fb8d2cd6-f6ee-11e6-ac36-525400394272")
        #expect(try GetBackupDownloadUrl(parameters: request.parameters) == request)
        #expect(
            request.parameters.encoded() == "redisId=crs-c7xq4kqu&backupId=fb8d2cd6-f6ee-11e6-ac36-525400394272"
        )
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let action: String
        let name: String
        let value: String?
        var testDescription: String { "\(action) \(name)=\(value ?? "nil")" }
    }

    static let complete: FormParameters = ["redisId": "crs-1", "backupId": "b", "limit": "10", "offset": "0"]

    @Test(arguments: [
        Fault(action: "DescribeRedis", name: "limit", value: nil),
        Fault(action: "DescribeRedis", name: "limit", value: "0"),
        Fault(action: "DescribeRedis", name: "limit", value: "1001"),
        Fault(action: "DescribeRedis", name: "limit", value: "ten"),
        Fault(action: "DescribeRedis", name: "limit", value: "99999999999999999999"),
        Fault(action: "DescribeRedis", name: "offset", value: nil),
        Fault(action: "DescribeRedis", name: "offset", value: "-1"),
        Fault(action: "DescribeRedis", name: "orderBy", value: "size"),
        Fault(action: "DescribeRedis", name: "orderType", value: "2"),
        Fault(action: "DescribeRedis", name: "projectIds.0", value: "x"),
        Fault(action: "DescribeRedis", name: "vpcIds.0", value: ""),
        Fault(action: "DescribeRedis", name: "subnetIds.3", value: "-3"),
        Fault(action: "GetRedisBackupList", name: "redisId", value: nil),
        Fault(action: "GetRedisBackupList", name: "redisId", value: ""),
        Fault(action: "GetRedisBackupList", name: "limit", value: ""),
        Fault(action: "GetRedisBackupList", name: "offset", value: "-5"),
        Fault(action: "GetRedisBackupList", name: "beginTime", value: "2017-02-30 00:00:00"),
        Fault(action: "GetRedisBackupList", name: "endTime", value: "2017-02-08T00:00:00Z"),
        Fault(action: "GetBackupDownloadUrl", name: "redisId", value: nil),
        Fault(action: "GetBackupDownloadUrl", name: "backupId", value: ""),
    ])
    func namesTheParameterAtFault(fault: Fault) {
        var form = FormParameters(Self.complete.fields.filter { $0.name != fault.name })
        form.append(fault.name, fault.value)
        let error = #expect(throws: CRSError.self) {
            switch fault.action {
            case DescribeRedis.action: _ = try DescribeRedis(parameters: form)
            case GetRedisBackupList.action: _ = try GetRedisBackupList(parameters: form)
            default: _ = try GetBackupDownloadUrl(parameters: form)
            }
        }
        #expect(error?.known == .invalidParameter)
        #expect(error?.name == "InvalidParameter")
        #expect(error?.message.contains(fault.name.prefix { $0 != "." }) == true)
    }
}
