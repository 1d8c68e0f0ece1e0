import WherryCore
import WherryPluginKit

/// The live server, or cluster, behind an instance of the depot.
struct LiveServer: Sendable, Hashable {
    /// The keys of an entry of `servers`.
    static let options = [
        OptionSpec("instance", .string, help: "The id of the instance.", required: true, example: "orders"),
        OptionSpec(
            "address",
            .string,
            help: "Where it listens, or any node of a cluster; never with a password in it.",
            required: true,
            example: "redis://saver@10.0.0.7:6379"
        ),
        OptionSpec("name", .string, help: "The instance's name for people."),
        OptionSpec("password", .secret, help: "The password of the user.", example: "file:/etc/wherry/saver.pw"),
        OptionSpec("ca", .path, help: "The authority that signs the servers' certificates; needed for rediss://."),
        OptionSpec("cert", .path, help: "Our own certificate, for servers that ask for one."),
        OptionSpec("key", .path, help: "The key of cert."),
        OptionSpec("start_timeout", .duration, help: "How long it may take to begin.", default: "15m"),
        OptionSpec("stall_timeout", .duration, help: "How long it may then be silent.", default: "60s"),
    ]

    /// Whose server it is.
    let instance: Instance.ID
    /// The instance's name for people; nil to leave it as it is.
    let name: String?
    /// Where it listens.
    let address: RedisAddress
    /// What opens its door.
    let access: RedisAccess
    /// How long it is waited for.
    let patience: SnapshotPatience

    /// Reads an entry of `servers`.
    ///
    /// - Throws: ``Failure`` of class `configuration` with a code `snapshot.…` or `depot.bad-server`; its text never holds
    ///   the address.
    init(_ options: OptionValues) throws {
        let instance = try options.required("instance")
        guard !instance.isEmpty else { throw Self.bad("An entry of servers has an empty instance.", "Give its id.") }
        var patience = SnapshotPatience()
        patience.start = options.duration("start_timeout") ?? patience.start
        patience.stall = options.duration("stall_timeout") ?? patience.stall
        self.instance = Instance.ID(rawValue: instance)
        self.patience = patience
        name = options.text("name")
        access = RedisAccess(
            password: options.secret("password"),
            authority: options.text("ca"),
            certificate: options.text("cert"),
            key: options.text("key")
        )
        do {
            address = try RedisAddress(parsing: try options.required("address"))
            try access.check(for: address)
        } catch let failure as Failure {
            throw Self.configuration(failure, of: instance)
        }
    }

    /// Reads all entries of `servers`.
    ///
    /// - Throws: ``Failure`` of class `configuration`, as ``init(_:)``, and when an instance has two.
    static func all(_ options: OptionValues) throws -> [Instance.ID: LiveServer] {
        var servers: [Instance.ID: LiveServer] = [:]
        for entry in options.records("servers") {
            let server = try LiveServer(entry)
            guard servers.updateValue(server, forKey: server.instance) == nil else {
                throw bad("The instance \(server.instance) is in servers twice.", "Keep one of them.")
            }
        }
        return servers
    }

    /// Takes a snapshot of it.
    ///
    /// - Throws: ``Failure``, as ``DepotStore/snapshot(of:access:patience:to:name:kind:remark:id:)``.
    func snapshot(into store: DepotStore, kind: Backup.Kind, remark: String, id: Backup.ID) async throws -> Backup {
        try await store.snapshot(
            of: address,
            access: access,
            patience: patience,
            to: instance,
            name: name,
            kind: kind,
            remark: remark,
            id: id
        ).backup
    }

    /// Whether it answers and would give a snapshot now.
    ///
    /// - Throws: ``Failure`` with a code `snapshot.…`.
    func check() async throws {
        let client = RedisClient(
            tool: try await RedisTool.find(),
            address: address,
            access: access,
            patience: SnapshotPatience(answer: .seconds(5))
        )
        try RedisInfo(parsing: try await client.ask("INFO")).check(address)
    }

    private static func configuration(_ failure: Failure, of instance: String) -> Failure {
        let (message, remedy): (String, String?) =
            switch failure.code {
            case "snapshot.password-in-url":
                (
                    "The address holds a password.",
                    "Take it out and say where it is: password: file:PATH. Then change it."
                )
            case "snapshot.tls-options":
                (failure.message, "Give rediss:// addresses a ca, cert and key only together, and others none of them.")
            case "snapshot.bad-password": (failure.message, "Check what its password refers to.")
            default: (failure.message, failure.remedy)
            }
        return Failure(
            .configuration,
            code: failure.code,
            "The server of \(instance) in the depot's servers is not right. \(message)",
            remedy: remedy
        )
    }

    private static func bad(_ message: String, _ remedy: String) -> Failure {
        Failure(.configuration, code: "depot.bad-server", message, remedy: remedy)
    }
}
