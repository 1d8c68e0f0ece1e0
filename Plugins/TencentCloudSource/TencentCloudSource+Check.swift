import QCloudAPI
import WherryCore
import WherryPluginKit

extension TencentCloudSource {
    /// Asks each region for one instance, which needs a valid key, a known region and a right clock.
    ///
    /// - Throws: ``Failure`` of the first region when none can be asked; one that others can is a finding.
    func check() async throws -> [Finding] {
        var findings = endpointFindings()
        var failures: [Failure] = []
        var clockLead: Duration?
        for region in regions {
            let request = V3DescribeInstances(limit: 1)
            do {
                let answered = try await client.call(request, in: region, about: "region \(region)")
                clockLead = answered.clockLead ?? clockLead
                findings.append(Self.finding(answered.response, host: client.host, region: region))
            } catch let failure as Failure {
                failures.append(failure)
                findings.append(Finding(.error, failure.message, remedy: failure.remedy))
            }
        }
        if failures.count == regions.count, let first = failures.first { throw first }
        if let clockLead { findings.append(ClockLead.finding(clockLead)) }
        return findings
    }

    private static func finding(_ answer: V3DescribeInstancesResponse, host: String, region: String) -> Finding {
        let count = answer.totalCount ?? answer.instances.count
        guard count > 0 else {
            return Finding(
                .warning,
                "\(host) accepts the key but shows no instance in \(region).",
                remedy: "Check the region, and what the account lets this key see."
            )
        }
        return Finding(.ok, "\(host) accepts the key and shows \(count) instance\(count == 1 ? "" : "s") in \(region).")
    }

    /// What can be said of the endpoint without asking it.
    private func endpointFindings() -> [Finding] {
        var findings: [Finding] = []
        let isHere = ["127.", "localhost", "[::1]"].contains { client.host.hasPrefix($0) }
        if client.isPlain, !isHere {
            findings.append(
                Finding(
                    .warning,
                    "\(client.host) is asked over plain http, where everybody on the way can read the issued URLs.",
                    remedy: "Write the source's endpoint with https://."
                )
            )
        }
        // redis.<region>.tencentcloudapi.com serves its region only; intl stands in the same place (page 239/32075).
        let labels = client.host.lowercased().split(separator: ".").map(String.init)
        if labels.count == 4, labels[0] == "redis", labels[2...] == ["tencentcloudapi", "com"], labels[1] != "intl",
            regions != [labels[1]]
        {
            findings.append(
                Finding(
                    .warning,
                    "\(client.host) is the endpoint of \(labels[1]), and is asked for \(regions.joined(separator: ", ")).",
                    remedy: "Write the region's own endpoint, or leave endpoint out."
                )
            )
        }
        return findings
    }
}
