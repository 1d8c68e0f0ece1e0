import FoundationEssentials
import WherryCore
import WherryPluginKit

/// A running depot: lists what the catalog has of it, issues signed URLs, and answers them.
struct DepotSource: Source, FileHosting {
    let folder: String
    let urlLife: Duration
    let intranet: String?
    let extranet: String?
    let signer: DownloadSigner
    let inventory: any Inventory
    let http: any HTTPTransport
    let clock: any WallClock
    /// Who takes snapshots of live servers; nil when none is named.
    var live: DepotRequests?

    var requests: (any BackupRequesting)? { live }

    var hosting: (any FileHosting)? { self }

    func check() async throws -> [Finding] {
        let servers = try await serverFindings()
        let hint = "Add a snapshot: wherry depot snapshot ADDRESS --instance NAME"
        guard FileManager.default.fileExists(atPath: folder) else {
            return servers + [
                Finding(
                    .warning,
                    "The depot's folder \(folder) does not exist yet.",
                    remedy: hint
                )
            ]
        }
        var count = 0
        for instance in try await inventory.instances() {
            // One that is only named in servers has none yet.
            let backups = try await inventory.backups(of: instance.id)
            if backups.contains(where: { $0.state != .expired }) { count += 1 }
        }
        if count == 0 {
            return servers + [
                Finding(
                    .warning,
                    "The depot \(folder) is empty.",
                    remedy: hint
                )
            ]
        }
        let holds = Finding(.ok, "The depot \(folder) holds snapshots of \(count) instance\(count == 1 ? "" : "s").")
        return [holds] + servers + (await reachability())
    }

    /// Whether each live server answers, in the order of their instances.
    private func serverFindings() async throws -> [Finding] {
        guard let live else { return [] }
        let gate = Turnstile(width: 8)
        return try await withThrowingTaskGroup(of: (Instance.ID, Finding).self) { group in
            for server in live.servers.values {
                group.addTask { (server.instance, try await gate.pass { try await Self.finding(server) }) }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func finding(_ server: LiveServer) async throws -> Finding {
        do {
            try await server.check()
            return Finding(.ok, "The server of \(server.instance) at \(server.address) answers.")
        } catch let failure as Failure {
            let level: Finding.Level = failure.failureClass.isRetryable ? .warning : .error
            return Finding(level, "The server of \(server.instance): \(failure.message)", remedy: failure.remedy)
        }
    }

    /// Whether `wherry serve` answers where the depot's URLs point; jobs need it, and it may well run later.
    private func reachability() async -> [Finding] {
        guard let extranet else { return [] }
        let root = extranet.hasSuffix("/") ? String(extranet.dropLast()) : extranet
        let probe = HTTPExchangeRequest(method: "GET", url: root + "/healthz", timeout: .seconds(5))
        if let answer = try? await http.send(probe), answer.status == 200 {
            return [Finding(.ok, "The depot's files are served at \(root).")]
        }
        return [
            Finding(
                .warning,
                "Nothing serves the depot's files at \(root) now.",
                remedy: "Start wherry serve before a job fetches from the depot, or correct extranet_url."
            )
        ]
    }

    func instances() -> AsyncThrowingStream<Instance, any Error> {
        Self.stream {
            let known = try await inventory.instances()
            let ids = Set(known.map(\.id))
            let new = (live?.servers.values.filter { !ids.contains($0.instance) } ?? []).map { server in
                Instance(
                    id: server.instance,
                    name: server.name ?? server.instance.rawValue,
                    topology: .unknown,
                    state: .running
                )
            }
            return (known + new).sorted { $0.id < $1.id }
        }
    }

    func backups(of instance: Instance.ID, since: Timestamp?) -> AsyncThrowingStream<Backup, any Error> {
        Self.stream {
            try await known(instance)
            // Expired ones are rows without files: the provider no longer lists such backups either.
            return try await inventory.backups(of: instance).filter { backup in
                backup.state != .expired && since.map { backup.startedAt >= $0 } ?? true
            }
        }
    }

    func issueURLs(for backup: Backup.ID, of instance: Instance.ID) async throws -> [IssuedFile] {
        try await issueURLs(for: backup, of: instance, clients: .everyone)
    }

    func issueURLs(
        for backup: Backup.ID,
        of instance: Instance.ID,
        clients: ClientRule
    ) async throws -> [IssuedFile] {
        guard let known = try await inventory.backup(backup, of: instance) else {
            try await self.known(instance)
            throw Self.noBackup("The depot has no backup \(backup) of \(instance).")
        }
        guard known.state != .expired else {
            throw Self.noBackup(
                "The depot no longer has the backup \(backup) of \(instance): its time to be kept is over."
            )
        }
        guard known.state == .available else {
            throw Failure(
                .transient,
                code: "backup.busy",
                "The backup \(backup) of \(instance) is \(known.state.rawValue).",
                remedy: "Try again later, or take another one."
            )
        }
        let files = try await inventory.files(of: backup, instance: instance)
        let expiry = clock.now + urlLife
        return files.map { file in
            let path = DepotLayout.path(instance: instance, backup: backup, file: file.name)
            func url(_ base: String?, _ network: Network) -> SignedURL? {
                guard let base else { return nil }
                let root = base.hasSuffix("/") ? String(base.dropLast()) : base
                let token = signer.token(path: path, network: network, expiry: expiry, clients: clients)
                return SignedURL("\(root)\(HostingPath.mount)\(path)?\(token)")
            }
            return IssuedFile(
                file: file,
                intranet: url(intranet, .intranet),
                extranet: url(extranet, .extranet),
                expiresAt: expiry
            )
        }
    }

    func open(path: String, query: String, network: Network?, client: IPAddress?) async throws -> HostedFile {
        do {
            try signer.check(query, path: path, listener: network, client: client, now: clock.now)
        } catch {
            throw Self.failure(error)
        }
        // The signature covers the path, so it is one that this depot made.
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let file = folder + "/" + path
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard parts.count == 3, let attributes, let size = attributes[.size] as? Int,
            let modified = attributes[.modificationDate] as? Date
        else {
            throw Self.noBackup("The depot no longer has the file behind a URL that it issued.")
        }
        let modifiedAt = Timestamp(seconds: Int64(modified.timeIntervalSince1970.rounded(.down)))
        return HostedFile(
            path: file,
            name: parts[2],
            size: ByteCount(Int64(size)),
            // Files of a depot never change under their name, so size and time are a strong validator.
            etag: "\"\(String(size, radix: 16))-\(String(modifiedAt.seconds, radix: 16))\"",
            modifiedAt: modifiedAt
        )
    }

    private func known(_ instance: Instance.ID) async throws {
        if live?.servers[instance] != nil { return }
        guard try await inventory.instance(instance) == nil else { return }
        throw Failure(
            .notFound,
            code: "instance.not-found",
            "The depot has no instance \(instance).",
            remedy: "List what it has with `wherry depot list`."
        )
    }

    private static func noBackup(_ message: String) -> Failure {
        Failure(
            .notFound,
            code: "backup.not-found",
            message,
            remedy: "List what it has with `wherry depot list`."
        )
    }

    private static func failure(_ refusal: DownloadSigner.Refusal) -> Failure {
        switch refusal {
        case .signature:
            Failure(.authentication, code: "hosting.signature", "The signature does not fit the request.")
        case .expired:
            Failure(.authentication, code: "hosting.expired", "Request has expired")
        case .client:
            Failure(.authentication, code: "hosting.client", "The URL is for clients at other addresses.")
        case .network:
            Failure(.authentication, code: "hosting.network", "The URL is for the other network.")
        }
    }

    private static func stream<Element: Sendable>(
        _ elements: @escaping @Sendable () async throws -> [Element]
    ) -> AsyncThrowingStream<Element, any Error> {
        let list = Pending(elements)
        return AsyncThrowingStream { try await list.next() }
    }
}

/// A list that is fetched when its first element is asked for.
private actor Pending<Element: Sendable> {
    private let fetch: @Sendable () async throws -> [Element]
    private var rest: ArraySlice<Element>?

    init(_ fetch: @escaping @Sendable () async throws -> [Element]) { self.fetch = fetch }

    func next() async throws -> Element? {
        if rest == nil { rest = try await fetch()[...] }
        return rest?.popFirst()
    }
}
