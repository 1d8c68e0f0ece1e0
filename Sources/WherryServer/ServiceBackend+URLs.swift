import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// Issued URLs, and from where they may be used.
extension ServiceBackend {
    /// URLs for every file of a backup, as the API gives them out.
    struct IssuedURLs: Sendable {
        /// The file.
        var file: BackupFile
        /// The URL of the provider's own network; empty when there is none.
        var intranet: String
        /// The URL of the internet; empty when there is none.
        var extranet: String
    }

    /// Has URLs issued, within the source's restriction or the call's own limit.
    ///
    /// They come from the resolver, so the answer is recorded before it is given.
    func urls(
        instance: String,
        backup: String,
        limit wanted: V3DownloadLimit = V3DownloadLimit()
    ) async throws -> [IssuedURLs] {
        try require(instance)
        let key = Backup.Key(instance: Instance.ID(rawValue: instance), backup: Backup.ID(rawValue: backup))
        let limit = wanted.type == nil ? try await restriction() : wanted
        let files = try await resolver.resolve(key, from: source, clients: DownloadLimits.clients(of: limit))
        guard !files.isEmpty else { throw CRSError(.backupStatusAbnormal) }
        return try files.map { try given($0.issued, limit) }
    }

    /// What the caller is given of a file's URLs: those of its networks, within the limit.
    private func given(_ issued: IssuedFile, _ limit: V3DownloadLimit) throws -> IssuedURLs {
        let isInside = limit.type == .intranetOnly
        if isInside, issued.intranet == nil {
            throw V3Error(.unsupportedOperation, "There is no intranet address here.")
        }
        let intranet = rights.networks.contains(.intranet) ? issued.intranet : nil
        let extranet = rights.networks.contains(.extranet) && !isInside ? issued.extranet : nil
        guard intranet != nil || extranet != nil else {
            throw CRSError(.targetResourceNotAllowed, "(4103) The key has no right to download over this network.")
        }
        // Where there is no intranet the extranet URL works there too, and clients expect both.
        let mayStandIn = rights.networks.count == Network.allCases.count && !isInside
        return IssuedURLs(
            file: issued.file,
            intranet: (intranet ?? (mayStandIn ? extranet : nil))?.text ?? "",
            extranet: (extranet ?? (mayStandIn ? intranet : nil))?.text ?? ""
        )
    }

    /// `DescribeBackupUrl`.
    func describeBackupURL(_ wanted: V3DescribeBackupURL) async throws -> V3DescribeBackupURLResponse {
        let issued: [IssuedURLs] = try await remembering {
            try await urls(instance: wanted.instanceID, backup: wanted.backupID, limit: wanted.limit)
        }
        return V3DescribeBackupURLResponse(
            files: issued.map { urls in
                V3BackupFile(
                    fileName: urls.file.name,
                    fileSize: urls.file.size.map { Int($0.bytes) },
                    downloadURL: urls.extranet,
                    innerDownloadURL: urls.intranet
                )
            }
        )
    }

    /// `GetBackupDownloadUrl`: not while the backup is exported.
    func downloadURL(_ wanted: GetBackupDownloadUrl) async throws -> GetBackupDownloadURLResponse {
        try require(wanted.redisId)
        let issued: [IssuedURLs] = try await remembering {
            let exports = try await catalog.exports(of: Instance.ID(rawValue: wanted.redisId), in: source.name)
            if exports[Backup.ID(rawValue: wanted.backupId)]?.isUnderWay == true {
                throw CRSError(.backupStatusAbnormal)
            }
            return try await urls(instance: wanted.redisId, backup: wanted.backupId)
        }
        let files = issued.map { urls in
            CRSDownloadFile(
                fileName: urls.file.name,
                fileSize: urls.file.size.map { Int($0.bytes) },
                url: CRSDownloadURL(intranet: urls.intranet, extranet: urls.extranet)
            )
        }
        return GetBackupDownloadURLResponse(url: files[0].url, files: files.count > 1 ? files : [])
    }

    /// Issues with what was read for other callers, where nothing but the catalog is asked.
    private func remembering<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        source.source.hosting == nil ? try await body() : try await catalog.remembering(body)
    }

    /// `DescribeBackupDownloadRestriction`.
    func describeRestriction() async throws -> V3DescribeBackupDownloadRestrictionResponse {
        V3DescribeBackupDownloadRestrictionResponse(limit: try await restriction())
    }

    /// `ModifyBackupDownloadRestriction`: only what can be kept is taken.
    func modifyRestriction(_ wanted: V3ModifyBackupDownloadRestriction) async throws -> V3EmptyResponse {
        guard rights.allowsAllInstances else {
            throw V3Error(
                .unauthorizedOperation,
                "The restriction is for all instances, to which the key has no right."
            )
        }
        let clients = try DownloadLimits.clients(of: wanted.limit)
        guard clients == .everyone || source.source.hosting != nil else {
            throw V3Error(.unsupportedOperation, "The URLs of this source cannot be bound to addresses.")
        }
        try await catalog.register(source: source.name, plugin: source.plugin, at: clock.now)
        try await catalog.setDownloadRestriction(
            DownloadLimits.restriction(wanted.limit),
            of: source.name,
            at: clock.now,
            by: Caller.current
        )
        return V3EmptyResponse()
    }

    private func restriction() async throws -> V3DownloadLimit {
        DownloadLimits.limit(try await catalog.downloadRestriction(of: source.name))
    }
}
