/// One element of `redisSet` in the answer of `DescribeRedis` (vendor page 260/1384).
///
/// Everything but the id is optional, as samples of different years leave fields out; a nil field is
/// not written.
public struct CRSInstance: Sendable, Equatable {
    /// The state of an instance; values beyond the documented ones are kept.
    public struct Status: RawRepresentable, Sendable, Hashable {
        /// The number on the wire.
        public let rawValue: Int

        /// Makes a state from its number.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// To be initialised.
        public static let uninitialized = Status(rawValue: 0)
        /// In a flow, that is, being changed.
        public static let inFlow = Status(rawValue: 1)
        /// Running.
        public static let running = Status(rawValue: 2)
        /// Isolated, for example after its term ended.
        public static let isolated = Status(rawValue: -2)
    }

    /// The instance id, `crs-…`.
    public var redisId: String
    /// The name that the owner gave.
    public var redisName: String?
    /// The account's number.
    public var appid: Int?
    /// The project; 0 is the default one.
    public var projectId: Int?
    /// The region's number, for example 1 for Guangzhou.
    public var regionId: Int?
    /// The zone's number, for example 100002.
    public var zoneId: Int?
    /// The network's number.
    public var vpcId: Int?
    /// The network's text id.
    public var unVpcId: String?
    /// The subnet's number.
    public var subnetId: Int?
    /// The subnet's text id.
    public var unSubnetId: String?
    /// The state.
    public var status: Status?
    /// The state in words.
    public var statusDesc: String?
    /// The instance's address: an intranet address in spite of its name.
    public var wanIp: String?
    /// The TCP port.
    public var port: Int?
    /// When the instance was made, `yyyy-MM-dd HH:mm:ss`.
    public var createtime: String?
    /// The capacity in MB.
    public var size: Int?
    /// The used capacity in MB.
    public var sizeUsed: Int?
    /// The edition: 1 cluster, 2 master and replica.
    public var typeId: Int?
    /// The edition in words.
    public var typeIddesc: String?
    /// The renewal flag.
    public var autoRenewFlag: Int?
    /// When the paid term ends, `yyyy-MM-dd HH:mm:ss`.
    public var deadlineTime: String?

    /// Makes an instance of which only the given fields are known; the others can be set afterwards.
    public init(redisId: String, redisName: String? = nil, status: Status? = nil) {
        self.redisId = redisId
        self.redisName = redisName
        self.status = status
    }
}
