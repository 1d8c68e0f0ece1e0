import QCloudAPI
import WherryCore
import WherryPluginKit

/// A running `tencentcloud` source.
struct TencentCloudSource: Source {
    /// Instances a page, at most 1000: answers of this size stay far below what is read of one.
    private static let instancesAPage = 100
    /// Backups a page, which is the most (vendor page 239/20011).
    private static let backupsAPage = V3Paging.backupLimits.upperBound

    let client: TencentCloudClient
    let regions: [String]
    let clock: any WallClock
    private let inventory: any Inventory
    private let urlLife: Duration
    private let limit: V3DownloadLimit
    private let mapping: WireMapping

    init(options: TencentCloudOptions, context: PluginContext) {
        client = TencentCloudClient(options, context: context)
        regions = options.regions
        clock = context.clock
        inventory = context.inventory
        urlLife = options.urlLife
        limit = options.limit
        mapping = WireMapping(times: options.times)
    }

    func instances() -> AsyncThrowingStream<Instance, any Error> {
        PagedList(regions, limit: Self.instancesAPage, id: \Instance.id) { region, limit, offset in
            var request = V3DescribeInstances(limit: limit, offset: offset)
            // Oldest first: what is added meanwhile comes behind the page that is read.
            request.orderBy = .createtime
            request.orderType = .ascending
            let about = "instances \(offset)… of \(region)"
            let answer = try await client.call(request, in: region, about: about).response
            return (answer.instances.map { mapping.instance($0, region: region) }, answer.totalCount)
        }.stream()
    }

    /// The backups of one instance.
    ///
    /// No state is asked for: the newest page has "normal" as the default and older ones all, and the numbers that may be
    /// asked for differ from page to page.
    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error> {
        let spans = BackupSpan.covering(since: since, now: clock.now)
        return PagedList(spans, limit: Self.backupsAPage, id: \Backup.id) { span, limit, offset in
            let request = V3DescribeInstanceBackups(
                instanceID: instance.rawValue,
                limit: limit,
                offset: offset,
                beginTime: span.map { mapping.times.format($0.begin.seconds) },
                endTime: span.map { mapping.times.format($0.end.seconds) }
            )
            let region = try await region(of: instance)
            let answer = try await client.call(request, in: region, about: instance.rawValue).response
            let backups = try answer.backups.map { wire in
                guard let backup = mapping.backup(wire, of: instance) else { throw unreadableStart }
                return backup
            }
            return (backups, answer.totalCount)
        }.stream()
    }

    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile] {
        let request = V3DescribeBackupURL(instanceID: instance.rawValue, backupID: backup.rawValue, limit: limit)
        let region = try await region(of: instance)
        // Counted from before the request, so that our expiry is never later than the provider's.
        let askedAt = clock.now
        let answer = try await client.call(request, in: region, about: "\(instance)/\(backup)").response
        let files = FileOrder.sorted(answer.files)
        return files.enumerated().map { position, wire in
            let urls = [wire.innerDownloadURL, wire.downloadURL].filter { !$0.isEmpty }
            return IssuedFile(
                file: BackupFile(
                    position: position,
                    name: FileOrder.name(of: wire, at: position, of: files.count),
                    size: wire.fileSize.map { ByteCount(Int64($0)) }
                ),
                intranet: wire.innerDownloadURL.isEmpty ? nil : SignedURL(wire.innerDownloadURL),
                extranet: wire.downloadURL.isEmpty ? nil : SignedURL(wire.downloadURL),
                expiresAt: SignedLife.expiry(of: urls, askedAt: askedAt, life: urlLife)
            )
        }
    }

    /// The region to ask about an instance: the only one, else the one whose list it came from.
    ///
    /// - Throws: ``Failure`` of class `notFound` when there are several and the catalog has not the instance in any.
    func region(of instance: Instance.ID) async throws -> String {
        if regions.count == 1 { return regions[0] }
        guard let region = try await inventory.instance(instance)?.region, regions.contains(region) else {
            throw TencentCloudFailure.regionUnknown(of: instance, regions: regions)
        }
        return region
    }

    private var unreadableStart: Failure {
        TencentCloudFailure.unreadable(
            action: V3DescribeInstanceBackups.action,
            host: client.host,
            place: "The StartTime of a backup is not a time."
        )
    }
}

// MARK: - Redaction

extension TencentCloudSource: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Host and regions.
    var description: String { "TencentCloudSource(\(client.host), \(regions.joined(separator: ", ")))" }

    /// The same text as ``description``.
    var debugDescription: String { description }

    /// A mirror with host and regions only.
    var customMirror: Mirror { Mirror(self, children: ["host": client.host, "regions": regions]) }
}
