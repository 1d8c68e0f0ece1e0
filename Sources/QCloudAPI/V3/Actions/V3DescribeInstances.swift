/// The parameters of `DescribeInstances`, which lists instances (vendor page 239/20018).
public struct V3DescribeInstances: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeInstancesResponse

    /// `DescribeInstances`.
    public static let action = "DescribeInstances"
    /// 35 calls per second.
    public static let requestsPerSecond = 35

    /// What the list is sorted by.
    public enum OrderBy: String, Sendable, Hashable, CaseIterable {
        /// By project id.
        case projectId
        /// By creation time.
        case createtime
        /// By name.
        case instancename
        /// By type.
        case type
        /// By the end of the paid term.
        case curDeadline
    }

    /// The direction of the sort.
    public enum OrderType: Int, Sendable, Hashable, CaseIterable {
        /// Lowest first.
        case ascending = 0
        /// Highest first, the default.
        case descending = 1
    }

    /// How instances are paid.
    public enum BillingMode: String, Sendable, Hashable, CaseIterable {
        /// By use.
        case postpaid
        /// By month or year.
        case prepaid
    }

    /// How many zones an instance is in.
    public enum ZoneMode: String, Sendable, Hashable, CaseIterable {
        /// One zone.
        case singleaz
        /// Several zones.
        case multiaz
    }

    /// The page size, within ``V3Paging/instanceLimits`` when parsed; 20 when absent.
    public var limit: Int
    /// The number of items to skip.
    public var offset: Int
    /// Only the instance with this id.
    public var instanceID: String?
    /// Only instances with these ids.
    public var instanceIDs: [String] = []
    /// Only instances with this name.
    public var instanceName: String?
    /// A part of the name.
    public var searchKey: String?
    /// Any of: a part of the name, an id, an address.
    public var searchKeys: [String] = []
    /// The sort key.
    public var orderBy: OrderBy?
    /// The sort direction; nil means descending.
    public var orderType: OrderType?
    /// Only instances in these states.
    public var status: [V3Instance.Status] = []
    /// Only instances of this type, see ``V3Instance/type``.
    public var type: Int?
    /// 1 single, 2 master and replica, 3 cluster.
    public var typeVersion: Int?
    /// For example `Redis-5.0` or `CKV`.
    public var engineName: String?
    /// Only instances paid so.
    public var billingMode: BillingMode?
    /// 0 renewed by hand, 1 by itself, 2 not at all.
    public var autoRenew: [Int] = []
    /// Only these networks, by text id.
    public var uniqVpcIDs: [String] = []
    /// Only these subnets, by text id.
    public var uniqSubnetIDs: [String] = []
    /// Only these networks, by number in text form; kept by the vendor for old callers.
    public var vpcIDs: [String] = []
    /// Only these subnets, by number in text form; kept by the vendor for old callers.
    public var subnetIDs: [String] = []
    /// Only these projects.
    public var projectIDs: [Int] = []
    /// Only instances with these tags.
    public var instanceTags: [V3Tag] = []
    /// Only instances with tags of these keys.
    public var tagKeys: [String] = []
    /// Only these editions: `local`, `cdc`.
    public var productVersions: [String] = []
    /// Only instances in one zone, or in several.
    public var zoneMode: ZoneMode?

    /// Makes a request for one page; the filters can be set afterwards.
    public init(limit: Int = V3Paging.defaultLimit, offset: Int = 0, instanceID: String? = nil) {
        self.limit = limit
        self.offset = offset
        self.instanceID = instanceID
    }
}

// MARK: - Parameters

extension V3DescribeInstances {
    /// Names of parameters; the last three are called deprecated or internal by the vendor and are not looked at.
    private static let known = [
        "Limit", "Offset", "InstanceId", "InstanceIds", "InstanceName", "SearchKey", "SearchKeys", "OrderBy",
        "OrderType", "Status", "Type", "TypeVersion", "EngineName", "BillingMode", "AutoRenew", "UniqVpcIds",
        "UniqSubnetIds", "VpcIds", "SubnetIds", "ProjectIds", "InstanceTags", "TagKeys", "ProductVersions", "AzMode",
        "RegionIds", "TypeList", "MonitorVersion",
    ]

    /// Reads the parameters; none is required.
    ///
    /// - Throws: ``V3Error`` UnknownParameter, InvalidParameter or InvalidParameterValue.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: Self.known)
        self.init(
            limit: try reader.optionalNumber("Limit", in: V3Paging.instanceLimits) ?? V3Paging.defaultLimit,
            offset: try reader.optionalNumber("Offset", in: V3Paging.offsets) ?? 0,
            instanceID: try reader.optionalText("InstanceId")
        )
        instanceIDs = try reader.texts("InstanceIds")
        instanceName = try reader.optionalText("InstanceName")
        searchKey = try reader.optionalText("SearchKey")
        searchKeys = try reader.texts("SearchKeys")
        orderBy = try reader.choice("OrderBy", of: OrderBy.self)
        orderType = try reader.optionalNumber("OrderType", in: 0...1).flatMap(OrderType.init)
        status = try reader.numbers("Status", in: Int.min...Int.max).map(V3Instance.Status.init)
        type = try reader.optionalNumber("Type", in: 0...Int.max)
        typeVersion = try reader.optionalNumber("TypeVersion", in: 1...3)
        engineName = try reader.optionalText("EngineName")
        billingMode = try reader.choice("BillingMode", of: BillingMode.self)
        autoRenew = try reader.numbers("AutoRenew", in: 0...2)
        uniqVpcIDs = try reader.texts("UniqVpcIds")
        uniqSubnetIDs = try reader.texts("UniqSubnetIds")
        vpcIDs = try reader.texts("VpcIds")
        subnetIDs = try reader.texts("SubnetIds")
        projectIDs = try reader.numbers("ProjectIds", in: 0...Int.max)
        for tag in try reader.objects("InstanceTags", known: ["TagKey", "TagValue"]) {
            instanceTags.append(V3Tag(key: try tag.text("TagKey"), value: try tag.optionalText("TagValue") ?? ""))
        }
        tagKeys = try reader.texts("TagKeys")
        productVersions = try reader.texts("ProductVersions")
        zoneMode = try reader.choice("AzMode", of: ZoneMode.self)
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        object.append("Limit", limit)
        object.append("Offset", offset)
        object.append("InstanceId", instanceID)
        object.append("InstanceIds", nonEmpty: instanceIDs)
        object.append("InstanceName", instanceName)
        object.append("SearchKey", searchKey)
        object.append("SearchKeys", nonEmpty: searchKeys)
        object.append("OrderBy", orderBy?.rawValue)
        object.append("OrderType", orderType?.rawValue)
        object.append("Status", nonEmpty: status.map(\.rawValue))
        object.append("Type", type)
        object.append("TypeVersion", typeVersion)
        object.append("EngineName", engineName)
        object.append("BillingMode", billingMode?.rawValue)
        object.append("AutoRenew", nonEmpty: autoRenew)
        object.append("UniqVpcIds", nonEmpty: uniqVpcIDs)
        object.append("UniqSubnetIds", nonEmpty: uniqSubnetIDs)
        object.append("VpcIds", nonEmpty: vpcIDs)
        object.append("SubnetIds", nonEmpty: subnetIDs)
        object.append("ProjectIds", nonEmpty: projectIDs)
        object.append("InstanceTags", nonEmpty: instanceTags.map(\.members))
        object.append("TagKeys", nonEmpty: tagKeys)
        object.append("ProductVersions", nonEmpty: productVersions)
        object.append("AzMode", zoneMode?.rawValue)
        return object
    }
}
