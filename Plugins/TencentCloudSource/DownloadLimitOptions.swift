import QCloudAPI
import WherryCore
import WherryPluginKit

/// The options that say from where issued URLs may be used, as `DescribeBackupUrl` takes them (vendor page 239/34443).
enum DownloadLimitOptions {
    /// The words of the option `limit`.
    static let words = ["account", "none", "intranet", "custom"]

    /// Reads the options.
    ///
    /// - Parameter regions: the source's regions; with one of them alone a network may be named without its region.
    static func limit(_ options: OptionValues, regions: [String]) throws -> V3DownloadLimit {
        let networks = options.text("limit_vpcs").map(TencentCloudOptions.words) ?? []
        let addresses = options.text("limit_ips").map(TencentCloudOptions.words) ?? []
        let word = options.text("limit") ?? "account"
        guard word == "custom" else {
            guard networks.isEmpty, addresses.isEmpty else {
                throw failure("limit_vpcs and limit_ips count with limit: custom only", "Write limit: custom.")
            }
            switch word {
            case "none": return V3DownloadLimit(type: .noLimit)
            case "intranet": return V3DownloadLimit(type: .intranetOnly)
            // Without a type the account's own setting holds.
            default: return V3DownloadLimit()
            }
        }
        // The vendor's pages ask for both lists; that one is enough is inferred, and the provider has the last word.
        guard !networks.isEmpty || !addresses.isEmpty else {
            throw failure("limit: custom says neither networks nor addresses", "Add limit_vpcs or limit_ips.")
        }
        if let bad = addresses.first(where: { !isAddress($0) }) {
            throw failure("limit_ips has \(bad) in it, which is no address", "Write it like 203.0.113.0/24.")
        }
        return V3DownloadLimit(
            type: .customized,
            vpcComparison: networks.isEmpty ? nil : .listed,
            ipComparison: addresses.isEmpty ? nil : options.text("limit_ips_are") == "denied" ? .notListed : .listed,
            networks: try byRegion(networks, regions: regions),
            addresses: addresses
        )
    }

    private static func byRegion(_ networks: [String], regions: [String]) throws -> [V3DownloadLimit.Network] {
        var order: [String] = []
        var ids: [String: [String]] = [:]
        for network in networks {
            let parts = network.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let isWhole = parts.count == 2 || parts.count == 1 && regions.count == 1
            guard isWhole, let id = parts.last, parts.allSatisfy(isName) else {
                throw failure("limit_vpcs has \(network) in it", "Write a network like ap-guangzhou/vpc-1a2b3c4d.")
            }
            let region = parts.count == 2 ? parts[0] : regions[0]
            if ids[region] == nil { order.append(region) }
            ids[region, default: []].append(id)
        }
        return order.map { V3DownloadLimit.Network(region: $0, vpcIDs: ids[$0] ?? []) }
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    /// Whether the text can be an IPv4 or IPv6 address or a block of them; the provider looks closer.
    private static func isAddress(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isHexDigit || ".:/".contains($0)) } && text.contains { ".:".contains($0) }
    }

    private static func failure(_ what: String, _ remedy: String) -> Failure {
        Failure(
            .configuration,
            code: "config.download-limit",
            "The options of the download limit are not usable: \(what).",
            remedy: remedy
        )
    }
}
