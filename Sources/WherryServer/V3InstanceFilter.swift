import QCloudAPI

/// Which instances a `DescribeInstances` asks for, and in which order.
///
/// Everything here is in the default project, in one zone and in no private network, paid by use and without tags. Pure.
struct V3InstanceFilter {
    private let wanted: V3DescribeInstances

    init(_ wanted: V3DescribeInstances) { self.wanted = wanted }

    /// Whether an instance is asked for.
    func admits(_ instance: V3Instance) -> Bool {
        isNamed(instance) && isOfKind(instance) && isPlaced
    }

    /// The instances in the order that is asked for: the newest first unless the call says otherwise.
    func ordered(_ instances: [V3Instance]) -> [V3Instance] {
        let ascending = instances.sorted { left, right in
            switch wanted.orderBy {
            case .createtime, nil:
                (left.createtime ?? "", left.instanceID) < (right.createtime ?? "", right.instanceID)
            case .instancename:
                (left.instanceName ?? "", left.instanceID) < (right.instanceName ?? "", right.instanceID)
            case .type: (left.type ?? 0, left.instanceID) < (right.type ?? 0, right.instanceID)
            case .projectId, .curDeadline: left.instanceID < right.instanceID
            }
        }
        return wanted.orderType == .ascending ? ascending : ascending.reversed()
    }

    private func isNamed(_ instance: V3Instance) -> Bool {
        let name = instance.instanceName ?? ""
        return wanted.instanceID.map { $0 == instance.instanceID } ?? true
            && (wanted.instanceIDs.isEmpty || wanted.instanceIDs.contains(instance.instanceID))
            && wanted.instanceName.map { $0 == name } ?? true
            && wanted.searchKey.map { name.contains($0) } ?? true
            && (wanted.searchKeys.isEmpty
                || wanted.searchKeys.contains { name.contains($0) || $0 == instance.instanceID })
    }

    private func isOfKind(_ instance: V3Instance) -> Bool {
        let version = instance.productType == "cluster" ? 3 : 2
        // `Redis-5.0` is Redis 5.0.14.
        let engine = "\(instance.engine ?? "")-\(instance.currentRedisVersion ?? "")."
        return (wanted.status.isEmpty || instance.status.map(wanted.status.contains) ?? false)
            && wanted.type.map { $0 == instance.type } ?? true
            && wanted.typeVersion.map { $0 == version } ?? true
            && wanted.engineName.map { engine.hasPrefix($0 + ".") || $0 == instance.engine } ?? true
            && wanted.billingMode != .prepaid
            && (wanted.autoRenew.isEmpty || wanted.autoRenew.contains(0))
            && wanted.instanceTags.isEmpty && wanted.tagKeys.isEmpty
    }

    private var isPlaced: Bool {
        (wanted.projectIDs.isEmpty || wanted.projectIDs.contains(0))
            && wanted.uniqVpcIDs.isEmpty && wanted.uniqSubnetIDs.isEmpty
            && wanted.vpcIDs.allSatisfy { $0 == "0" } && wanted.subnetIDs.allSatisfy { $0 == "0" }
            && (wanted.productVersions.isEmpty || wanted.productVersions.contains("local"))
            && wanted.zoneMode != .multiaz
    }
}
