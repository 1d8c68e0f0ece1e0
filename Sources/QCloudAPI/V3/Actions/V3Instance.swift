/// One element of `InstanceSet` in the answer of `DescribeInstances` (vendor page 239/20018).
///
/// Everything but the id is optional, as answers of different years leave members out; a nil one is not written. Members
/// that the vendor calls internal, and those on single nodes, are not modelled.
public struct V3Instance: Sendable, Equatable {
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
        /// To be deleted.
        public static let toBeDeleted = Status(rawValue: -3)
    }

    /// The instance id, `crs-…`.
    public var instanceID: String
    /// The name that the owner gave.
    public var instanceName: String?
    /// The account's number.
    public var appid: Int?
    /// The project; 0 is the default one.
    public var projectID: Int?
    /// The project's name.
    public var projectName: String?
    /// The region's number, for example 1 for Guangzhou.
    public var regionID: Int?
    /// The region's id, for example `ap-guangzhou`.
    public var region: String?
    /// The zone's number, for example 100002.
    public var zoneID: Int?
    /// The network's number.
    public var vpcID: Int?
    /// The subnet's number.
    public var subnetID: Int?
    /// The network's text id.
    public var uniqVpcID: String?
    /// The subnet's text id.
    public var uniqSubnetID: String?
    /// The state.
    public var status: Status?
    /// In a flow: 0 readable and writable, 1 read-only as the disk is full.
    public var subStatus: Int?
    /// The state in words.
    public var instanceTitle: String?
    /// The instance's address: an intranet address in spite of its name.
    public var wanIP: String?
    /// The public address.
    public var wanAddress: String?
    /// The TCP port.
    public var port: Int?
    /// When the instance was made, `yyyy-MM-dd HH:mm:ss`.
    public var createtime: String?
    /// When the paid term ends; zeros when there is none.
    public var deadlineTime: String?
    /// When an isolated instance is removed.
    public var offlineTime: String?
    /// When the isolation began.
    public var closeTime: String?
    /// The capacity in MB.
    public var size: Double?
    /// The used capacity in MB; no longer kept by the vendor.
    public var sizeUsed: Double?
    /// The edition: 2 Redis 2.8, 3 and 4 CKV, 5 Redis 2.8 single, 6 and 7 Redis 4, 8 and 9 Redis 5, 15 and 16 Redis 6.2,
    /// 17 and 18 Redis 7, 19 to 22 Valkey 8, 200 Memcached; see ``isCluster`` for the architecture.
    public var type: Int?
    /// The engine, Redis or CKV.
    public var engine: String?
    /// `standalone` or `cluster`.
    public var productType: String?
    /// `local`, `cloud` or `cdc`.
    public var productVersion: String?
    /// The engine's exact version.
    public var currentRedisVersion: String?
    /// The proxy's exact version.
    public var currentProxyVersion: String?
    /// The size of a shard in MB.
    public var redisShardSize: Int?
    /// The number of shards.
    public var redisShardNum: Int?
    /// The number of replicas.
    public var redisReplicasNum: Int?
    /// 0 paid by use, 1 by month or year.
    public var billingMode: Int?
    /// 1 when renewed by itself.
    public var autoRenewFlag: Int?
    /// The billing id.
    public var priceID: Int?
    /// 0 replicas are not read, 100 they are.
    public var slaveReadWeight: Int?
    /// Tells whether no password is needed.
    public var noAuth: Bool?
    /// The number of connections.
    public var clientLimit: Int?
    /// The bandwidth of a shard in MB/s.
    public var netLimit: Int?
    /// `SecondLevelBackup` or `NormalLevelBackup`.
    public var backupMode: String?
    /// 1 when protected from being destroyed.
    public var deleteProtectionSwitch: Int?
    /// Labels that keep instances apart.
    public var tags: [String] = []
    /// The owner's tags.
    public var instanceTags: [V3Tag] = []

    /// Makes an instance of which only the given members are known; the others can be set afterwards.
    public init(instanceID: String, instanceName: String? = nil, status: Status? = nil) {
        self.instanceID = instanceID
        self.instanceName = instanceName
        self.status = status
    }

    /// Tells whether the instance has shards, and so one file per shard in a backup; nil when not told.
    ///
    /// By ``productType``, else by ``type`` as far as documented.
    public var isCluster: Bool? {
        switch productType {
        case "cluster": return true
        case "standalone": return false
        default: break
        }
        return switch type {
        case 4, 7, 9, 16, 18, 20, 22, 200: true
        case 2, 3, 5, 6, 8, 15, 17, 19, 21: false
        default: nil
        }
    }
}
