extension V3Instance: Decodable {
    private enum Key: String, CodingKey {
        case instanceID = "InstanceId"
        case instanceName = "InstanceName"
        case appid = "Appid"
        case projectID = "ProjectId"
        case projectName = "ProjectName"
        case regionID = "RegionId"
        case region = "Region"
        case zoneID = "ZoneId"
        case vpcID = "VpcId"
        case subnetID = "SubnetId"
        case uniqVpcID = "UniqVpcId"
        case uniqSubnetID = "UniqSubnetId"
        case status = "Status"
        case subStatus = "SubStatus"
        case instanceTitle = "InstanceTitle"
        case wanIP = "WanIp"
        case wanAddress = "WanAddress"
        case port = "Port"
        case createtime = "Createtime"
        case deadlineTime = "DeadlineTime"
        case offlineTime = "OfflineTime"
        case closeTime = "CloseTime"
        case size = "Size"
        case sizeUsed = "SizeUsed"
        case type = "Type"
        case engine = "Engine"
        case productType = "ProductType"
        case productVersion = "ProductVersion"
        case currentRedisVersion = "CurrentRedisVersion"
        case currentProxyVersion = "CurrentProxyVersion"
        case redisShardSize = "RedisShardSize"
        case redisShardNum = "RedisShardNum"
        case redisReplicasNum = "RedisReplicasNum"
        case billingMode = "BillingMode"
        case autoRenewFlag = "AutoRenewFlag"
        case priceID = "PriceId"
        case slaveReadWeight = "SlaveReadWeight"
        case noAuth = "NoAuth"
        case clientLimit = "ClientLimit"
        case netLimit = "NetLimit"
        case backupMode = "BackupMode"
        case deleteProtectionSwitch = "DeleteProtectionSwitch"
        case tags = "Tags"
        case instanceTags = "InstanceTags"
    }

    /// Reads an instance, taking numbers as texts and texts as numbers.
    ///
    /// - Throws: `DecodingError` when the id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(instanceID: try fields.identifier(.instanceID))
        instanceName = try fields.text(.instanceName)
        appid = try fields.integer(.appid)
        projectID = try fields.integer(.projectID)
        projectName = try fields.text(.projectName)
        regionID = try fields.integer(.regionID)
        region = try fields.text(.region)
        zoneID = try fields.integer(.zoneID)
        vpcID = try fields.integer(.vpcID)
        subnetID = try fields.integer(.subnetID)
        uniqVpcID = try fields.text(.uniqVpcID)
        uniqSubnetID = try fields.text(.uniqSubnetID)
        status = try fields.integer(.status).map(Status.init)
        subStatus = try fields.integer(.subStatus)
        instanceTitle = try fields.text(.instanceTitle)
        wanIP = try fields.text(.wanIP)
        wanAddress = try fields.text(.wanAddress)
        port = try fields.integer(.port)
        createtime = try fields.text(.createtime)
        deadlineTime = try fields.text(.deadlineTime)
        offlineTime = try fields.text(.offlineTime)
        closeTime = try fields.text(.closeTime)
        size = try fields.decimal(.size)
        sizeUsed = try fields.decimal(.sizeUsed)
        type = try fields.integer(.type)
        engine = try fields.text(.engine)
        productType = try fields.text(.productType)
        productVersion = try fields.text(.productVersion)
        currentRedisVersion = try fields.text(.currentRedisVersion)
        currentProxyVersion = try fields.text(.currentProxyVersion)
        redisShardSize = try fields.integer(.redisShardSize)
        redisShardNum = try fields.integer(.redisShardNum)
        redisReplicasNum = try fields.integer(.redisReplicasNum)
        billingMode = try fields.integer(.billingMode)
        autoRenewFlag = try fields.integer(.autoRenewFlag)
        priceID = try fields.integer(.priceID)
        slaveReadWeight = try fields.integer(.slaveReadWeight)
        noAuth = try fields.flag(.noAuth)
        clientLimit = try fields.integer(.clientLimit)
        netLimit = try fields.integer(.netLimit)
        backupMode = try fields.text(.backupMode)
        deleteProtectionSwitch = try fields.integer(.deleteProtectionSwitch)
        tags = try fields.list(String.self, .tags)
        instanceTags = try fields.list(V3Tag.self, .instanceTags)
    }

    /// The members to send.
    var members: V3Object {
        var object = V3Object()
        object.append("InstanceId", instanceID)
        object.append("InstanceName", instanceName)
        object.append("Appid", appid)
        object.append("ProjectId", projectID)
        object.append("ProjectName", projectName)
        object.append("RegionId", regionID)
        object.append("Region", region)
        object.append("ZoneId", zoneID)
        object.append("VpcId", vpcID)
        object.append("SubnetId", subnetID)
        object.append("UniqVpcId", uniqVpcID)
        object.append("UniqSubnetId", uniqSubnetID)
        object.append("Status", status?.rawValue)
        object.append("SubStatus", subStatus)
        object.append("InstanceTitle", instanceTitle)
        object.append("WanIp", wanIP)
        object.append("WanAddress", wanAddress)
        object.append("Port", port)
        object.append("Createtime", createtime)
        object.append("DeadlineTime", deadlineTime)
        object.append("OfflineTime", offlineTime)
        object.append("CloseTime", closeTime)
        object.append("Size", size)
        object.append("SizeUsed", sizeUsed)
        object.append("Type", type)
        object.append("Engine", engine)
        object.append("ProductType", productType)
        object.append("ProductVersion", productVersion)
        object.append("CurrentRedisVersion", currentRedisVersion)
        object.append("CurrentProxyVersion", currentProxyVersion)
        object.append("RedisShardSize", redisShardSize)
        object.append("RedisShardNum", redisShardNum)
        object.append("RedisReplicasNum", redisReplicasNum)
        object.append("BillingMode", billingMode)
        object.append("AutoRenewFlag", autoRenewFlag)
        object.append("PriceId", priceID)
        object.append("SlaveReadWeight", slaveReadWeight)
        object.append("NoAuth", noAuth)
        object.append("ClientLimit", clientLimit)
        object.append("NetLimit", netLimit)
        object.append("BackupMode", backupMode)
        object.append("DeleteProtectionSwitch", deleteProtectionSwitch)
        object.append("Tags", nonEmpty: tags)
        object.append("InstanceTags", nonEmpty: instanceTags.map(\.members))
        return object
    }
}
