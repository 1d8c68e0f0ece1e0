import GRDB
package import WherryCore

/// A file of a backup with the answer that was recorded for it.
package struct RecordedFile: Sendable, Hashable {
    /// The row of the file.
    package var fileID: Int64
    /// The row of the answer.
    package var urlID: Int64
    /// What the source answered.
    package var issued: IssuedFile
    /// When.
    package var issuedAt: Timestamp

    /// The URL for one network; nil when none was issued for it.
    package func url(on network: Network) -> IssuedURL? {
        guard let url = network == .intranet ? issued.intranet : issued.extranet else { return nil }
        return IssuedURL(id: urlID, url: url, network: network, issuedAt: issuedAt, expiresAt: issued.expiresAt)
    }
}

/// Which URLs were issued, when, to whom.
extension Catalog {
    /// Records a source's answer before anybody uses it.
    ///
    /// The backup must have been recorded.
    package func recordIssue(
        of key: Backup.Key,
        from source: SourceName,
        files: [IssuedFile],
        at: Timestamp,
        askedBy: String,
        run: RunID?,
        clients: ClientRule = .everyone
    ) async throws -> [RecordedFile] {
        let row = NewURL(at: at, askedBy: askedBy, run: run, clients: clients)
        guard let basis = CatalogMemory.basis, run == nil, let ids = try fileIDs(of: files, key, source) else {
            return try await write { db in
                let backupID = try Self.backupID(key, source: source, db)
                if let run {
                    try db.cachedStatement(sql: "UPDATE run SET urls_issued = urls_issued + ? WHERE id = ?")
                        .execute(arguments: [files.count, run.rawValue])
                }
                return try files.map { issued in
                    try row.insert(issued, fileID: try Self.upsert(issued.file, backupID: backupID, db), db)
                }
            }
        }
        return try await write(changesMemory: false) { [memory] db in
            guard memory.generation == basis else { throw CatalogMemory.Outdated() }
            return try zip(files, ids).map { issued, id in try row.insert(issued, fileID: id, db) }
        }
    }

    /// The rows of the files that a source answered with; nil when they are not there as the source knows them.
    private func fileIDs(of files: [IssuedFile], _ key: Backup.Key, _ source: SourceName) throws -> [Int64]? {
        let known = try recordedFiles(of: key, in: source)
        guard known.count == files.count, zip(known, files).allSatisfy({ $0.file == $1.file }) else { return nil }
        return known.map(\.id)
    }

    private struct NewURL: Sendable {
        let at: Timestamp
        let askedBy: String
        let run: RunID?
        let clients: ClientRule

        func insert(_ issued: IssuedFile, fileID: Int64, _ db: Database) throws -> RecordedFile {
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO issued_url (file_id, intranet_url, extranet_url, issued_at, expires_at, asked_by, run_id,
                        clients)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            )
            try DirectInsert(statement, db).run { row in
                row.bind(fileID)
                row.bind(issued.intranet?.text)
                row.bind(issued.extranet?.text)
                row.bind(at.description)
                row.bind(issued.expiresAt.description)
                row.bind(askedBy)
                row.bind(run?.rawValue)
                row.bind(Catalog.text(of: clients))
            }
            return RecordedFile(fileID: fileID, urlID: db.lastInsertedRowID, issued: issued, issuedAt: at)
        }
    }

    /// The newest answers for all files of a backup, when every one of them has enough life left.
    ///
    /// Enough is a fifth of the whole life, at most `margin`; a URL that was rejected has none. Empty when a new
    /// answer is needed.
    package func usableURLs(
        for key: Backup.Key,
        from source: SourceName,
        at now: Timestamp,
        margin: Duration
    ) async throws -> [RecordedFile] {
        let recorded = try lookUp { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT f.id, f.position, f.name, f.size_bytes, f.sha256, u.id, u.intranet_url, u.extranet_url,
                        u.issued_at, u.expires_at, u.rejected_at
                    FROM backup_file AS f
                    JOIN backup AS b ON b.id = f.backup_id
                    JOIN instance AS i ON i.id = b.instance_id
                    JOIN source AS s ON s.id = i.source_id
                    LEFT JOIN issued_url AS u ON u.id = (
                        SELECT n.id FROM issued_url AS n WHERE n.file_id = f.id AND n.clients IS NULL
                        ORDER BY n.id DESC LIMIT 1)
                    WHERE s.name = ? AND i.provider_id = ? AND b.provider_id = ?
                    ORDER BY f.position
                    """
            )
            return try Row.fetchAll(
                statement,
                arguments: [source.rawValue, key.instance.rawValue, key.backup.rawValue]
            ).map(Self.recordedFile)
        }
        let usable = recorded.compactMap(\.self).filter { file in
            let life = file.issued.expiresAt - file.issuedAt
            return file.issued.expiresAt - now > min(margin, life / 5)
        }
        return usable.count == recorded.count ? usable : []
    }

    private static func recordedFile(_ row: Row) -> RecordedFile? {
        guard let urlID: Int64 = row[5], row[10] as String? == nil,
            let issuedAt = (row[8] as String?).flatMap({ Timestamp($0) }),
            let expiresAt = (row[9] as String?).flatMap({ Timestamp($0) })
        else { return nil }
        let file = BackupFile(
            position: row[1],
            name: row[2],
            size: (row[3] as Int64?).map { ByteCount($0) },
            sha256: (row[4] as String?).flatMap { SHA256Digest(hex: $0) }
        )
        let issued = IssuedFile(
            file: file,
            intranet: (row[6] as String?).map { SignedURL($0) },
            extranet: (row[7] as String?).map { SignedURL($0) },
            expiresAt: expiresAt
        )
        return RecordedFile(fileID: row[0], urlID: urlID, issued: issued, issuedAt: issuedAt)
    }

    /// A rule about clients as the catalog writes it; nil for everyone.
    fileprivate static func text(of clients: ClientRule) -> String? {
        func list(_ blocks: [IPBlock]) -> String {
            "[" + blocks.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        }
        return switch clients {
        case .everyone: nil
        case .only(let blocks): "in \(list(blocks))"
        case .allBut(let blocks): "not-in \(list(blocks))"
        }
    }

    /// Marks an answer as refused by the provider, so that it is not given out again.
    package func reject(urlID: Int64, at: Timestamp) async throws {
        try await write { db in
            try db.cachedStatement(sql: "UPDATE issued_url SET rejected_at = coalesce(rejected_at, ?) WHERE id = ?")
                .execute(arguments: [at.description, urlID])
        }
    }
}
