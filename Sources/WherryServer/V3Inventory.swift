import QCloudAPI
import WherryCore

/// Instances and backups as API 3.0 writes them.
///
/// Pure.
enum V3Inventory {
    private static let times = CRSTimeFormat()

    /// An instance; what a source does not say is left out.
    static func wire(_ instance: Instance) -> V3Instance {
        var wire = V3Instance(instanceID: instance.id.rawValue, instanceName: instance.name)
        (wire.status, wire.instanceTitle) = state(instance.state)
        wire.projectID = 0
        wire.vpcID = 0
        wire.subnetID = 0
        wire.region = instance.region
        wire.createtime = instance.createdAt.map { times.format($0.seconds) }
        wire.size = instance.memory.map { Double($0.bytes) / Double(1 << 20) }
        wire.type = type(of: instance)
        wire.engine = "Redis"
        wire.productType = instance.topology == .cluster ? "cluster" : "standalone"
        wire.currentRedisVersion = instance.engine.flatMap { $0.split(separator: " ").last.map(String.init) }
        wire.billingMode = 0
        wire.autoRenewFlag = 0
        wire.backupMode = "NormalLevelBackup"
        return wire
    }

    /// A backup, with what its instance adds.
    static func wire(_ backup: Backup, of instance: Instance) -> V3Backup {
        let status: V3Backup.Status =
            switch backup.state {
            case .available, .unknown: .normal
            case .busy: .locked
            case .exporting: .exporting
            case .expired: .expired
            }
        let origin: V3Backup.Origin =
            switch backup.kind {
            case .manual: .manual
            case .automatic: .automatic
            case .other: .specificationChange
            }
        var wire = V3Backup(
            backupID: backup.id.rawValue,
            instanceID: instance.id.rawValue,
            startTime: times.format(backup.startedAt.seconds),
            backupType: origin.rawValue,
            status: status,
            remark: backup.remark,
            isLocked: backup.state == .busy
        )
        wire.instanceName = instance.name
        wire.instanceType = type(of: instance)
        wire.endTime = backup.endedAt.map { times.format($0.seconds) }
        wire.expireTime = backup.expiresAt.map { times.format($0.seconds) }
        wire.backupSize = backup.size.map { Int($0.bytes) }
        wire.region = instance.region
        wire.fileType = instance.engine.map { "RDB-\($0.prefix(1).uppercased())\($0.dropFirst())" }
        wire.isEncrypted = false
        return wire
    }

    /// The provider's number for engine version and layout; nil for one that it has none for.
    static func type(of instance: Instance) -> Int? {
        let isCluster = instance.topology == .cluster
        let words = instance.engine?.lowercased().split(separator: " ") ?? []
        guard words.count == 2, let major = words[1].split(separator: ".").first.flatMap({ Int($0) }) else {
            return nil
        }
        switch (words[0], major) {
        case ("redis", 2): return isCluster ? nil : 2
        case ("redis", 4): return isCluster ? 7 : 6
        case ("redis", 5): return isCluster ? 9 : 8
        case ("redis", 6): return isCluster ? 16 : 15
        case ("redis", 7): return isCluster ? 18 : 17
        case ("valkey", 8): return isCluster ? 20 : 19
        default: return nil
        }
    }

    private static func state(_ state: Instance.State) -> (V3Instance.Status, String) {
        switch state {
        case .running, .unknown: (.running, "Running")
        case .initializing: (.uninitialized, "To be initialized")
        case .busy: (.inFlow, "In a flow")
        case .isolated: (.isolated, "Isolated")
        }
    }
}
