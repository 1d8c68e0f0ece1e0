import WherryCore
import WherryEngine
import WherryPluginKit

/// Every key of `wherry.yaml`.
struct ConfigTables: Sendable {
    /// The whole file.
    let file: ConfigTable

    /// The tables for a program with these plugins.
    init(_ registry: PluginRegistry) {
        let sources = registry.sources.mapValues { Self.options($0.descriptor, $0.options, of: "source") }
        let sinks = registry.sinks.mapValues { Self.options($0.descriptor, $0.options, of: "sink") }
        file = ConfigTable(
            title: "the configuration",
            id: "file",
            help: "The configuration of wherry.",
            fields: [
                .optional(
                    "catalog",
                    .path,
                    "The catalog, an SQLite database; a relative path starts at the folder of this file.",
                    default: .value("catalog.db")
                ),
                .optional(
                    "bandwidth",
                    .bandwidth,
                    "The most bytes a second that a run fetches in all.",
                    example: "08:00-18:00=10M, otherwise=off"
                ),
                .required("sources", .list(of: .table(Self.source(sources)), minimum: 1), "Where backups come from."),
                .optional(
                    "sinks",
                    .list(of: .table(Self.sink(sinks)), minimum: 0),
                    "Where backups go.",
                    default: .list([])
                ),
                .optional(
                    "jobs",
                    .list(of: .table(Self.job), minimum: 0),
                    "Which backups go where.",
                    default: .list([])
                ),
                .optional("daemon", .table(Self.daemon), "How wherry daemon keeps the schedules of jobs."),
                .optional("serve", .table(Self.serve), "What wherry serve does."),
            ]
        )
    }

    private static func source(_ options: [String: ConfigTable]) -> ConfigTable {
        ConfigTable(
            title: "a source",
            id: "source",
            help: "Where backups come from.",
            fields: [
                .required("name", .name, "Its name, unique among sources.", example: "prod"),
                .required("plugin", .choice(options.keys.sorted()), "The kind of source."),
                .optional(
                    "network",
                    .choice(Network.allCases.map(\.rawValue)),
                    "Which of a file's two URLs to use.",
                    default: .value(Network.extranet.rawValue)
                ),
                .optional(
                    "fallback",
                    .choice(NetworkChoice.Fallback.allCases.map(\.rawValue)),
                    "When the other URL may be used.",
                    default: .value(NetworkChoice.Fallback.never.rawValue)
                ),
                .optional(
                    "requests_per_second",
                    .positiveNumber(upTo: 1_000),
                    "The most requests a second to its API.",
                    default: .value("10")
                ),
                .optional(
                    "bandwidth",
                    .bandwidth,
                    "The most bytes a second that a run fetches from it.",
                    example: "50M"
                ),
                .optional("options", .options(options), "What its plugin wants to know."),
            ]
        )
    }

    private static func sink(_ options: [String: ConfigTable]) -> ConfigTable {
        ConfigTable(
            title: "a sink",
            id: "sink",
            help: "Where backups go.",
            fields: [
                .required("name", .name, "Its name, unique among sinks.", example: "disk"),
                .required("plugin", .choice(options.keys.sorted()), "The kind of sink."),
                .optional(
                    "bandwidth",
                    .bandwidth,
                    "The most bytes a second that a run fetches for it.",
                    example: "mon-fri 08:00-18:00=2.5MiB"
                ),
                .optional(
                    "pipeline",
                    .list(of: .choice(PipelineConfig.Step.allCases.map(\.rawValue)), minimum: 1),
                    "What the bytes pass on their way, in order."
                ),
                .optional("zstd", .table(zstd), "How the stage zstd compresses."),
                .optional("age", .table(age), "For whom the stage age encrypts."),
                .optional("keep", .table(keep), "Which copies of an instance it keeps; all when left out."),
                .optional("options", .options(options), "What its plugin wants to know."),
            ]
        )
    }

    private static let keep = ConfigTable(
        title: "keep of a sink",
        id: "sink-keep",
        help: "A copy stays when one rule wants it, and the newest always; the others are removed at the end of runs.",
        fields: [
            .optional("newest", .integer(1...100_000), "The newest so many.", example: "3"),
            .optional(
                "within",
                .duration,
                "All whose backup was begun within so long before the newest.",
                example: "48h"
            ),
        ]
            + KeepPolicy.Period.allCases.map { period in
                .optional(
                    period.rawValue,
                    .integer(1...100_000),
                    "The newest of each of the last so many \(period.plural) that have one.",
                    example: "7"
                )
            }
    )

    private static let zstd = ConfigTable(
        title: "zstd of a sink",
        id: "sink-zstd",
        help: "How the stage zstd compresses.",
        fields: [
            .optional("level", .integer(1...19), "From 1, fast, to 19, small.", default: .value("3"))
        ]
    )

    private static let age = ConfigTable(
        title: "age of a sink",
        id: "sink-age",
        help: "For whom the stage age encrypts: their public keys. The keys that decrypt have no place here.",
        fields: [
            .optional("recipients", .list(of: .text, minimum: 1), "Public keys, age1… or ssh-ed25519 …."),
            .optional("recipients_file", .path, "A file with a public key a line.", example: "/etc/wherry/recipients"),
        ]
    )

    private static let job = ConfigTable(
        title: "a job",
        id: "job",
        help: "Which backups go where.",
        fields: [
            .required("name", .name, "Its name, unique among jobs.", example: "nightly"),
            .required("source", .name, "The name of a source.", example: "prod"),
            .optional(
                "instances",
                .list(of: .text, minimum: 1),
                "Patterns of instance ids: * stands for any characters, ? for one.",
                default: .list(["*"])
            ),
            .optional("backups", .table(backups), "Which backups of each instance; all when left out."),
            .required("sinks", .list(of: .name, minimum: 1), "The names of sinks; each gets every backup."),
            .optional(
                "concurrency",
                .integer(1...64),
                "How many backups each sink takes at once.",
                default: .value("4")
            ),
            .optional(
                "connections",
                .integer(1...64),
                "How many connections for one file; when left out as many as make it faster, up to 8.",
                example: "4"
            ),
            .optional(
                "overdue_after",
                .duration,
                "From which age on an instance's newest copy counts as overdue.",
                example: "26h"
            ),
            .optional(
                "schedule",
                .schedule,
                "When wherry daemon runs it: cron's five fields, daily or every 6h; never when left out.",
                example: "30 2 * * *"
            ),
            .optional(
                "splay",
                .duration,
                "It starts so much later at most: each time the same, for other jobs and catalogs another.",
                example: "10m"
            ),
            .optional(
                "catch_up",
                .boolean,
                "Whether the daemon makes up for what came while it was not running, once; it does when left out.",
                example: "false"
            ),
            .optional(
                "retries",
                .integer(0...20),
                "How often the daemon tries it again when it fails, 3 when left out: after 1, 5, 15, 30 minutes, every hour.",
                example: "5"
            ),
        ]
    )

    private static let daemon = ConfigTable(
        title: "the section daemon",
        id: "daemon",
        help: "How wherry daemon keeps the schedules of jobs.",
        fields: [
            .optional(
                "time_zone",
                .zone,
                "Whose clock the schedules follow; the machine's when left out.",
                example: "Europe/Berlin"
            ),
            .optional(
                "prove",
                .schedule,
                "When it proves that the newest copies restore, as wherry prove does; never when left out.",
                example: "weekly"
            ),
            .optional(
                "metrics_file",
                .path,
                "A file for Prometheus' node_exporter, written anew every minute and after each run.",
                example: "/var/lib/node_exporter/wherry.prom"
            ),
        ]
    )

    private static let backups = ConfigTable(
        title: "the choice of backups",
        id: "backups",
        help: "Which backups of each instance; what is left out does not limit.",
        fields: [
            .optional("newest", .integer(1...100_000), "Only the newest so many.", example: "3"),
            .optional("since", .duration, "Only those started within so long before the run.", example: "7d"),
            .optional(
                "kinds",
                .list(of: .choice(Backup.Kind.allCases.map(\.rawValue)), minimum: 1),
                "Only those made so."
            ),
        ]
    )

    private static let serve = ConfigTable(
        title: "the section serve",
        id: "serve",
        help: "What wherry serve does.",
        fields: [
            .optional(
                "listen",
                .listen,
                "The address and port; an IPv6 address stands in brackets, port 0 is any free one.",
                default: .value("127.0.0.1:8378")
            ),
            .optional(
                "intranet_listen",
                .listen,
                "A second address and port, for the intranet: URLs of one network are refused on the other's address.",
                example: "10.0.0.5:8379"
            ),
            .optional("tls", .table(tls), "What the server proves itself with; plain http when left out."),
            .optional(
                "source",
                .name,
                "The source that is served; needed unless there is exactly one.",
                example: "depot"
            ),
            .optional(
                "allow_plain_http",
                .boolean,
                "Whether requests without TLS are answered; when left out, only on a loopback address."
            ),
            .optional(
                "calls_per_second",
                .integer(0...100_000),
                "The most calls of one action that are answered to one key within a second; 0 is any number."
            ),
            .optional(
                "connections_per_client",
                .integer(1...100_000),
                "The most connections from one address.",
                default: .value("256")
            ),
            .optional(
                "access_log",
                .output,
                "Where each request becomes a line of JSON: a file, or - for standard error; none when left out.",
                example: "access.log"
            ),
            .required("keys", .list(of: .table(key), minimum: 1), "Who may ask."),
        ]
    )

    private static let tls = ConfigTable(
        title: "the section tls",
        id: "tls",
        help: "The files are read again on SIGHUP.",
        fields: [
            .required(
                "certificate",
                .path,
                "A PEM file: the server's certificate, then those that lead to its root.",
                example: "tls/server.pem"
            ),
            .required("key", .path, "A PEM file that others may not read.", example: "tls/server.key"),
        ]
    )

    private static let key = ConfigTable(
        title: "a key",
        id: "key",
        help: "A pair that signs requests.",
        fields: [
            .required("secret_id", .secret, "Names the key.", example: "file:secrets/api-key.id"),
            .required("secret_key", .secret, "Signs requests.", example: "file:secrets/api-key.secret"),
            .optional(
                "actions",
                .list(of: .text, minimum: 1),
                "Patterns of the actions that it may call, such as Describe*.",
                default: .list(["*"])
            ),
            .optional(
                "instances",
                .list(of: .text, minimum: 1),
                "Patterns of the instance ids that it may see.",
                default: .list(["*"])
            ),
            .optional(
                "networks",
                .list(of: .choice(Network.allCases.map(\.rawValue)), minimum: 1),
                "The networks whose URLs it is given.",
                default: .list(Network.allCases.map(\.rawValue))
            ),
        ]
    )

    private static func options(_ descriptor: PluginDescriptor, _ options: [OptionSpec], of kind: String) -> ConfigTable
    {
        ConfigTable(
            title: "the options of \(descriptor.id)",
            id: "\(kind)-\(descriptor.id)",
            help: descriptor.summary,
            options: options
        )
    }
}

extension KeepPolicy.Period {
    /// Several of them, in words.
    var plural: String {
        switch self {
        case .hourly: "hours"
        case .daily: "days"
        case .weekly: "weeks"
        case .monthly: "months"
        case .yearly: "years"
        }
    }
}
