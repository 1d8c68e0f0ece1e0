import QCloudAPI
package import WherryCatalog
package import WherryCore
package import WherryEngine
import WherryPluginKit

/// What the API says about one source: instances, backups and URLs, through the same engine as everybody else.
package struct ServiceBackend: Sendable {
    let catalog: Catalog
    let source: ConfiguredSource
    let resolver: Resolver
    let clock: any WallClock
    /// The backups and exports that callers ask for.
    package let tasks: BackupTasks
    private let discovery: Discovery
    let times = CRSTimeFormat()

    /// A backend for one source.
    package init(
        catalog: Catalog,
        source: ConfiguredSource,
        resolver: Resolver,
        clock: any WallClock,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.catalog = catalog
        self.source = source
        self.resolver = resolver
        self.clock = clock
        tasks = BackupTasks(catalog: catalog, source: source, clock: clock)
        discovery = Discovery(catalog: catalog, clock: clock, random: random)
    }

    /// `DescribeRedis`: filters, order and paging over what the source has.
    func describe(_ wanted: DescribeRedis) async throws -> DescribeRedisResponse {
        let fitting = try await instances().filter { instance in
            wanted.redisId.map { $0 == instance.id.rawValue } ?? true
                && wanted.redisName.map { $0 == instance.name } ?? true
                && wanted.redisNameFuzzeySearch.map { instance.name.contains($0) } ?? true
                // Everything here is in the default project and in no private network.
                && (wanted.projectIds.isEmpty || wanted.projectIds.contains(0))
                && wanted.vpcIds.allSatisfy { $0 == 0 } && wanted.unVpcIds.isEmpty
                && wanted.subnetIds.allSatisfy { $0 == 0 } && wanted.unSubnetIds.isEmpty
        }
        let ascending = fitting.sorted { left, right in
            switch wanted.orderBy {
            case .redisId, .projectId: left.id < right.id
            case .createtime, nil: (left.createdAt?.seconds ?? 0, left.id) < (right.createdAt?.seconds ?? 0, right.id)
            }
        }
        let ordered = wanted.orderType == .ascending ? ascending : ascending.reversed()
        let page = ordered.dropFirst(wanted.offset).prefix(wanted.limit)
        return DescribeRedisResponse(totalCount: ordered.count, instances: page.map(wire))
    }

    /// `GetRedisBackupList`: newest first; begin and end are both included.
    func list(_ wanted: GetRedisBackupList) async throws -> GetRedisBackupListResponse {
        let begin = try bound(wanted.beginTime, "beginTime")
        let end = try bound(wanted.endTime, "endTime")
        let instance = Instance.ID(rawValue: wanted.redisId)
        let fitting = try await backups(of: instance)
            .filter { (begin ?? .min) <= $0.startedAt.seconds && $0.startedAt.seconds <= (end ?? .max) }
            .sorted { $0.startedAt != $1.startedAt ? $0.startedAt > $1.startedAt : $0.id > $1.id }
        let page = fitting.dropFirst(wanted.offset).prefix(wanted.limit)
        let exports = try await catalog.exports(of: instance, in: source.name)
        return GetRedisBackupListResponse(
            totalCount: fitting.count,
            backups: page.map { wire($0, export: exports[$0.id]) }
        )
    }

    /// Keeps a call in the catalog.
    func record(_ audit: APIAudit, latency: Duration, requestID: String) {
        let row = APICallRow(
            direction: .in,
            source: source.name.rawValue,
            caller: audit.caller,
            action: audit.action,
            object: audit.object,
            code: audit.code,
            latency: latency,
            at: clock.now,
            requestID: requestID
        )
        catalog.note(row)
    }

    func instances() async throws -> [Instance] {
        // What a hosting source has is in the catalog already: asking it would write every row anew.
        if source.source.hosting != nil { return try await catalog.instances(of: source.name) }
        return try await discovery.instances(of: source)
    }

    func backups(of instance: Instance.ID) async throws -> [Backup] {
        if source.source.hosting != nil {
            return try await catalog.backups(of: instance, in: source.name)
        }
        do {
            if try await catalog.instance(instance, of: source.name) == nil {
                _ = try await discovery.instances(of: source)
            }
            return try await discovery.backups(of: instance, in: source, since: nil)
        } catch let failure as Failure where failure.failureClass == .notFound {
            // The documented errors of GetRedisBackupList have none for an unknown instance: its list is empty.
            return []
        }
    }

    private func bound(_ text: String?, _ name: String) throws -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        if let value = times.parse(text) { return value }
        throw CRSError(.invalidParameter, "(11201) \(name) is not of the form yyyy-MM-dd HH:mm:ss.")
    }

    private func wire(_ instance: Instance) -> CRSInstance {
        let status: CRSInstance.Status =
            switch instance.state {
            case .running, .unknown: .running
            case .initializing: .uninitialized
            case .busy: .inFlow
            case .isolated: .isolated
            }
        var wire = CRSInstance(redisId: instance.id.rawValue, redisName: instance.name, status: status)
        wire.projectId = 0
        wire.vpcId = 0
        wire.subnetId = 0
        wire.typeId = instance.topology == .cluster ? 1 : 2
        wire.typeIddesc = instance.topology == .cluster ? "cluster" : "master-replica"
        wire.size = instance.memory.map { Int($0.bytes >> 20) }
        wire.createtime = instance.createdAt.map { times.format($0.seconds) }
        return wire
    }

    private func wire(_ backup: Backup, export: BackupTask.State?) -> CRSBackup {
        CRSBackup(
            backupId: backup.id.rawValue,
            startTime: times.format(backup.startedAt.seconds),
            backupType: backup.kind == .automatic ? CRSBackup.systemType : CRSBackup.manualType,
            status: Self.status(of: backup, export: export),
            remark: backup.remark,
            isLocked: backup.state == .busy
        )
    }
}
