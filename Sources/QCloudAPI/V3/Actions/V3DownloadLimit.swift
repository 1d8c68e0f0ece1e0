/// From where a backup may be downloaded: the five members that three actions share (vendor page 239/87742).
public struct V3DownloadLimit: Sendable, Equatable {
    /// The sort of limit.
    public enum LimitType: String, Sendable, Hashable, CaseIterable {
        /// From everywhere.
        case noLimit = "NoLimit"
        /// By the intranet address only.
        case intranetOnly = "LimitOnlyIntranet"
        /// From listed networks and addresses only.
        case customized = "Customize"
    }

    /// Whether listed things are let in or kept out.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// Listed things may download.
        case listed = "In"
        /// Listed things may not download.
        case notListed = "NotIn"
    }

    /// The networks of one region.
    public struct Network: Sendable, Hashable {
        /// The region id, `ap-guangzhou`.
        public let region: String
        /// The networks' text ids.
        public let vpcIDs: [String]

        /// Makes a list of networks.
        public init(region: String, vpcIDs: [String]) {
            self.region = region
            self.vpcIDs = vpcIDs
        }
    }

    /// The sort of limit; nil in a request for addresses leaves it to the account's setting.
    public var type: LimitType?
    /// How networks are compared; the vendor knows ``Comparison/listed`` only.
    public var vpcComparison: Comparison?
    /// How addresses are compared; nil means ``Comparison/listed``.
    public var ipComparison: Comparison?
    /// The networks, with ``LimitType/customized``.
    public var networks: [Network]
    /// The addresses, with ``LimitType/customized``.
    public var addresses: [String]

    /// Makes a limit.
    public init(
        type: LimitType? = nil,
        vpcComparison: Comparison? = nil,
        ipComparison: Comparison? = nil,
        networks: [Network] = [],
        addresses: [String] = []
    ) {
        self.type = type
        self.vpcComparison = vpcComparison
        self.ipComparison = ipComparison
        self.networks = networks
        self.addresses = addresses
    }

    /// The names on the wire.
    static let names = ["LimitType", "VpcComparisonSymbol", "IpComparisonSymbol", "LimitVpc", "LimitIp"]

    /// Reads the members strictly.
    ///
    /// `Customize` needs networks or addresses. The pages ask for both, but an account that has no networks could then
    /// set no addresses; one of the two is taken as enough (inferred). Lists with another type are read and ignored.
    init(_ reader: V3Reader, isTypeRequired: Bool = false) throws(V3Error) {
        if isTypeRequired { _ = try reader.text("LimitType") }
        self.init(
            type: try reader.choice("LimitType", of: LimitType.self),
            vpcComparison: try reader.choice("VpcComparisonSymbol", of: Comparison.self),
            ipComparison: try reader.choice("IpComparisonSymbol", of: Comparison.self),
            addresses: try reader.texts("LimitIp")
        )
        guard vpcComparison != .notListed else {
            throw V3Error(.invalidParameterValue, "VpcComparisonSymbol must be In.")
        }
        for network in try reader.objects("LimitVpc", known: ["Region", "VpcList"]) {
            let ids = try network.texts("VpcList")
            guard !ids.isEmpty else { throw V3Error(.missingParameter, "The required parameter VpcList is missing.") }
            networks.append(Network(region: try network.text("Region"), vpcIDs: ids))
        }
        guard type != .customized || !networks.isEmpty || !addresses.isEmpty else {
            throw V3Error(.missingParameter, "LimitVpc or LimitIp is required with the LimitType Customize.")
        }
    }

    /// Adds the members to an object to send.
    func append(to object: inout V3Object) {
        object.append("LimitType", type?.rawValue)
        object.append("VpcComparisonSymbol", vpcComparison?.rawValue)
        object.append("IpComparisonSymbol", ipComparison?.rawValue)
        object.append(
            "LimitVpc",
            nonEmpty: networks.map { ["Region": .text($0.region), "VpcList": .array($0.vpcIDs.map(V3Value.text))] }
        )
        object.append("LimitIp", nonEmpty: addresses)
    }
}

// MARK: - Decodable

extension V3DownloadLimit: Decodable {
    private enum Key: String, CodingKey {
        case type = "LimitType"
        case vpcComparison = "VpcComparisonSymbol"
        case ipComparison = "IpComparisonSymbol"
        case networks = "LimitVpc"
        case addresses = "LimitIp"
    }

    /// Reads the members leniently; spellings that are not known become nil.
    ///
    /// - Throws: `DecodingError` when a member has another type.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            type: try fields.text(.type).flatMap(LimitType.init),
            vpcComparison: try fields.text(.vpcComparison).flatMap(Comparison.init),
            ipComparison: try fields.text(.ipComparison).flatMap(Comparison.init),
            networks: try fields.list(Network.self, .networks),
            addresses: try fields.list(String.self, .addresses)
        )
    }
}

extension V3DownloadLimit.Network: Decodable {
    private enum Key: String, CodingKey {
        case region = "Region"
        case vpcIDs = "VpcList"
    }

    /// Reads the networks of one region.
    ///
    /// - Throws: `DecodingError` when a member has another type.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(region: try fields.text(.region) ?? "", vpcIDs: try fields.list(String.self, .vpcIDs))
    }
}
