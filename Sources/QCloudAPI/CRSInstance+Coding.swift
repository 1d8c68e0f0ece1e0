extension CRSInstance: Decodable {
    private enum Key: String, CodingKey {
        case redisId, redisName, appid, projectId, regionId, zoneId, vpcId, unVpcId, subnetId, unSubnetId
        case status, statusDesc, wanIp, port, createtime, size, sizeUsed, typeId, typeIddesc
        case autoRenewFlag, deadlineTime
    }

    /// Reads an instance, taking numbers as texts and texts as numbers.
    ///
    /// - Throws: `DecodingError` when the id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            redisId: try fields.identifier(.redisId),
            redisName: try fields.text(.redisName),
            status: try fields.integer(.status).map(Status.init)
        )
        appid = try fields.integer(.appid)
        projectId = try fields.integer(.projectId)
        regionId = try fields.integer(.regionId)
        zoneId = try fields.integer(.zoneId)
        vpcId = try fields.integer(.vpcId)
        unVpcId = try fields.text(.unVpcId)
        subnetId = try fields.integer(.subnetId)
        unSubnetId = try fields.text(.unSubnetId)
        statusDesc = try fields.text(.statusDesc)
        wanIp = try fields.text(.wanIp)
        port = try fields.integer(.port)
        createtime = try fields.text(.createtime)
        size = try fields.integer(.size)
        sizeUsed = try fields.integer(.sizeUsed)
        typeId = try fields.integer(.typeId)
        typeIddesc = try fields.text(.typeIddesc)
        autoRenewFlag = try fields.integer(.autoRenewFlag)
        deadlineTime = try fields.text(.deadlineTime)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("redisName", redisName)
            json.member("redisId", redisId)
            json.member("appid", appid)
            json.member("projectId", projectId)
            json.member("regionId", regionId)
            json.member("zoneId", zoneId)
            json.member("vpcId", vpcId)
            json.member("unVpcId", unVpcId)
            json.member("subnetId", subnetId)
            json.member("unSubnetId", unSubnetId)
            json.member("status", status?.rawValue)
            json.member("statusDesc", statusDesc)
            json.member("wanIp", wanIp)
            json.member("port", port)
            json.member("createtime", createtime)
            json.member("size", size)
            json.member("sizeUsed", sizeUsed)
            json.member("typeId", typeId)
            json.member("typeIddesc", typeIddesc)
            json.member("autoRenewFlag", autoRenewFlag)
            json.member("deadlineTime", deadlineTime)
        }
    }
}
