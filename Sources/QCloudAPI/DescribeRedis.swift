/// The parameters of `DescribeRedis`, which lists instances (vendor page 260/1384).
public struct DescribeRedis: CRSActionRequest {
    /// `DescribeRedis`.
    public static let action = "DescribeRedis"

    /// What the list is sorted by.
    public enum OrderBy: String, Sendable, Hashable, CaseIterable {
        /// By instance id.
        case redisId
        /// By project id.
        case projectId
        /// By creation time.
        case createtime
    }

    /// The direction of the sort.
    public enum OrderType: Int, Sendable, Hashable, CaseIterable {
        /// Lowest first.
        case ascending = 0
        /// Highest first, the default.
        case descending = 1
    }

    /// The page size, within ``CRSPaging/limits`` when parsed.
    public var limit: Int
    /// The number of items to skip.
    public var offset: Int
    /// Only the instance with this id.
    public var redisId: String?
    /// Only instances with this name.
    public var redisName: String?
    /// The sort key.
    public var orderBy: OrderBy?
    /// The sort direction; nil means descending.
    public var orderType: OrderType?
    /// Only these networks, by number; none at all means the basic network on the vendor's server.
    public var vpcIds: [Int]
    /// Only these networks, by text id.
    public var unVpcIds: [String]
    /// Only these subnets, by number.
    public var subnetIds: [Int]
    /// Only these subnets, by text id.
    public var unSubnetIds: [String]
    /// Only these projects.
    public var projectIds: [Int]
    /// Only instances with these addresses (sent by the vendor's command line tool, not documented).
    public var crsInstanceVips: [String]
    /// A part of the name, in the vendor's spelling (command line tool, not documented).
    public var redisNameFuzzeySearch: String?
    /// The type of instance (command line tool, not documented).
    public var redisType: String?

    /// Makes a request for one page; the filters can be set afterwards.
    public init(limit: Int, offset: Int, redisId: String? = nil, redisName: String? = nil) {
        self.limit = limit
        self.offset = offset
        self.redisId = redisId
        self.redisName = redisName
        (vpcIds, unVpcIds, subnetIds, unSubnetIds) = ([], [], [], [])
        (projectIds, crsInstanceVips) = ([], [])
    }

    /// Reads the parameters; `limit` and `offset` are required.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(
            limit: try reader.number("limit", in: CRSPaging.limits),
            offset: try reader.number("offset", in: CRSPaging.offsets),
            redisId: reader.optionalText("redisId"),
            redisName: reader.optionalText("redisName")
        )
        if let text = reader.optionalText("orderBy") {
            guard let key = OrderBy(rawValue: text) else {
                throw CRSError(.invalidParameter, "orderBy is none of redisId, projectId, createtime.")
            }
            orderBy = key
        }
        orderType = try reader.optionalNumber("orderType", in: 0...1).flatMap(OrderType.init)
        vpcIds = try reader.numbers("vpcIds")
        unVpcIds = parameters.list("unVpcIds")
        subnetIds = try reader.numbers("subnetIds")
        unSubnetIds = parameters.list("unSubnetIds")
        projectIds = try reader.numbers("projectIds")
        crsInstanceVips = parameters.list("crsInstanceVips")
        if crsInstanceVips.isEmpty, let single = reader.optionalText("crsInstanceVips") { crsInstanceVips = [single] }
        redisNameFuzzeySearch = reader.optionalText("redisNameFuzzeySearch")
        redisType = reader.optionalText("redisType")
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        var form = FormParameters()
        form.append("limit", limit)
        form.append("offset", offset)
        form.append("redisId", redisId)
        form.append("redisName", redisName)
        form.append("orderBy", orderBy?.rawValue)
        form.append("orderType", orderType?.rawValue)
        form.append("vpcIds", list: vpcIds.map(String.init))
        form.append("unVpcIds", list: unVpcIds)
        form.append("subnetIds", list: subnetIds.map(String.init))
        form.append("unSubnetIds", list: unSubnetIds)
        form.append("projectIds", list: projectIds.map(String.init))
        form.append("crsInstanceVips", list: crsInstanceVips)
        form.append("redisNameFuzzeySearch", redisNameFuzzeySearch)
        form.append("redisType", redisType)
        return form
    }
}
