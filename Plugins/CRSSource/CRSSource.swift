import QCloudAPI
import WherryCore
import WherryPluginKit

/// A running `crs` source.
struct CRSSource: Source {
    /// Items a page; the documentation names no maximum, and asks for an item offset (vendor page 239/8403).
    private static let pageSize = 100

    let client: CRSClient
    private let urlLife: Duration
    private let times: CRSTimeFormat
    let clock: any WallClock

    init(client: CRSClient, options: OptionValues, clock: any WallClock) throws {
        self.client = client
        self.clock = clock
        urlLife = options.duration("url_life") ?? .seconds(12 * 3_600)
        let zone = options.text("time_zone") ?? "+08:00"
        guard let times = CRSTimeFormat(offset: zone) else {
            throw Failure(
                .configuration,
                code: "config.time-zone",
                "The time zone \(zone) is not a UTC offset.",
                remedy: "Write it like +08:00."
            )
        }
        self.times = times
    }

    func check() async throws -> [Finding] {
        let answer = try await client.call(DescribeRedis(limit: 1, offset: 0), about: "this account") {
            try DescribeRedisResponse(decoding: $0)
        }
        let count = answer.totalCount ?? answer.instances.count
        return count == 0
            ? [
                Finding(
                    .warning,
                    "\(client.host) accepts the key but shows no instance.",
                    remedy: "Check the region, and what the account lets this key see."
                )
            ] : [Finding(.ok, "\(client.host) accepts the key and shows \(count) instance\(count == 1 ? "" : "s").")]
    }

    func instances() -> AsyncThrowingStream<Instance, any Error> {
        let pages = PagedList<Instance> { offset in
            let answer = try await client.call(
                DescribeRedis(limit: Self.pageSize, offset: offset),
                about: "instances \(offset)…"
            ) { try DescribeRedisResponse(decoding: $0) }
            return (answer.instances.map(self.instance), answer.totalCount)
        }
        return AsyncThrowingStream { try await pages.next() }
    }

    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error> {
        let pages = PagedList<Backup> { offset in
            let request = GetRedisBackupList(
                redisId: instance.rawValue,
                limit: Self.pageSize,
                offset: offset,
                beginTime: since.map { times.format($0.seconds) }
            )
            let answer = try await client.call(request, about: instance.rawValue) {
                try GetRedisBackupListResponse(decoding: $0)
            }
            return (try answer.backups.map { try self.backup($0, of: instance) }, answer.totalCount)
        }
        return AsyncThrowingStream { try await pages.next() }
    }

    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile] {
        let request = GetBackupDownloadUrl(redisId: instance.rawValue, backupId: backup.rawValue)
        // Counted from before the request, so that our expiry is never later than the provider's.
        let expiry = clock.now + urlLife
        let answer = try await client.call(request, about: "\(instance)/\(backup)") {
            try GetBackupDownloadURLResponse(decoding: $0)
        }
        func issued(_ position: Int, _ name: String, _ size: Int?, _ url: CRSDownloadURL) -> IssuedFile {
            IssuedFile(
                file: BackupFile(position: position, name: name, size: size.map { ByteCount(Int64($0)) }),
                intranet: url.intranet.isEmpty ? nil : SignedURL(url.intranet),
                extranet: url.extranet.isEmpty ? nil : SignedURL(url.extranet),
                expiresAt: expiry
            )
        }
        if answer.files.isEmpty { return [issued(0, "dump.rdb", nil, answer.url)] }
        return answer.files.enumerated().map { issued($0, $1.fileName, $1.fileSize, $1.url) }
    }

    private func instance(_ wire: CRSInstance) -> Instance {
        let state: Instance.State =
            switch wire.status {
            case .running: .running
            case .uninitialized: .initializing
            case .inFlow: .busy
            case .isolated: .isolated
            default: .unknown
            }
        return Instance(
            id: Instance.ID(rawValue: wire.redisId),
            name: wire.redisName ?? "",
            topology: wire.typeId == 1 ? .cluster : wire.typeId == 2 ? .standalone : .unknown,
            state: state,
            engine: nil,
            region: wire.regionId.map(String.init),
            memory: wire.size.map { ByteCount(Int64($0) << 20) },
            createdAt: wire.createtime.flatMap(times.parse).map { Timestamp(seconds: $0) }
        )
    }

    private func backup(_ wire: CRSBackup, of instance: Instance.ID) throws -> Backup {
        guard let startedAt = times.parse(wire.startTime) else {
            throw CRSFailure.unreadable(action: GetRedisBackupList.action, host: client.host)
        }
        let state: Backup.State =
            switch wire.status {
            case .normal, .exported: .available
            case .locked: .busy
            case .exporting: .exporting
            case .expired: .expired
            default: .unknown
            }
        let kind: Backup.Kind =
            switch wire.backupType {
            case CRSBackup.manualType: .manual
            case CRSBackup.systemType: .automatic
            default: .other
            }
        return Backup(
            id: Backup.ID(rawValue: wire.backupId),
            instance: instance,
            startedAt: Timestamp(seconds: startedAt),
            kind: kind,
            state: state,
            remark: wire.remark
        )
    }
}

/// A list that comes in pages, each fetched when its first element is asked for.
private actor PagedList<Element: Sendable> {
    private let page: @Sendable (Int) async throws -> (elements: [Element], total: Int?)
    private var rest: ArraySlice<Element> = []
    private var offset = 0
    private var isDone = false

    init(_ page: @escaping @Sendable (Int) async throws -> (elements: [Element], total: Int?)) { self.page = page }

    func next() async throws -> Element? {
        if rest.isEmpty, !isDone {
            let (elements, total) = try await page(offset)
            offset += elements.count
            // A server may page smaller than asked; only an empty page or the total ends the list.
            isDone = elements.isEmpty || total.map { offset >= $0 } ?? false
            rest = elements[...]
        }
        return rest.popFirst()
    }
}
