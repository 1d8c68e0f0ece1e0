import QCloudAPI
import WherryCatalog
import WherryCore

/// Limits on who may use issued URLs: between the API's words, the catalog's, and what a source is asked for.
///
/// Nothing here knows which client is in which of the provider's networks, so a limit to networks alone is refused
/// instead of being half kept. Pure.
enum DownloadLimits {
    /// The most addresses in one limit: a source may have to write them into every URL.
    static let mostAddresses = 32

    /// Who may use URLs under a limit.
    ///
    /// - Throws: ``V3Error`` InvalidParameterValue for an address that is none, or too many of them;
    ///   UnsupportedOperation for a limit to networks alone.
    static func clients(of limit: V3DownloadLimit) throws(V3Error) -> ClientRule {
        guard limit.type == .customized else { return .everyone }
        guard limit.addresses.count <= mostAddresses else {
            throw V3Error(.invalidParameterValue, "LimitIp may hold \(mostAddresses) addresses.")
        }
        var blocks: [IPBlock] = []
        for text in limit.addresses {
            guard let block = IPBlock(text) else {
                throw V3Error(.invalidParameterValue, "LimitIp holds what is no address and no block of addresses.")
            }
            blocks.append(block)
        }
        guard !blocks.isEmpty else {
            throw V3Error(.unsupportedOperation, "Networks cannot be told apart here; limit downloads by LimitIp.")
        }
        return limit.ipComparison == .notListed ? .allBut(blocks) : .only(blocks)
    }

    /// A limit as the catalog keeps it.
    static func restriction(_ limit: V3DownloadLimit) -> DownloadRestriction {
        let kind: DownloadRestriction.Kind =
            switch limit.type {
            case .noLimit, nil: .none
            case .intranetOnly: .intranet
            case .customized: .custom
            }
        guard kind == .custom else { return DownloadRestriction(kind: kind) }
        return DownloadRestriction(
            kind: kind,
            keepsOut: limit.ipComparison == .notListed,
            addresses: limit.addresses,
            networks: limit.networks.map { DownloadRestriction.Network(region: $0.region, vpcs: $0.vpcIDs) }
        )
    }

    /// What the catalog keeps as a limit.
    static func limit(_ restriction: DownloadRestriction) -> V3DownloadLimit {
        let type: V3DownloadLimit.LimitType =
            switch restriction.kind {
            case .none: .noLimit
            case .intranet: .intranetOnly
            case .custom: .customized
            }
        return V3DownloadLimit(
            type: type,
            vpcComparison: .listed,
            ipComparison: restriction.keepsOut ? .notListed : .listed,
            networks: restriction.networks.map { V3DownloadLimit.Network(region: $0.region, vpcIDs: $0.vpcs) },
            addresses: restriction.addresses
        )
    }
}
