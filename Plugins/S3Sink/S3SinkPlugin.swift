import WherryCore
public import WherryPluginKit

/// Stores backups as objects in an S3-compatible store.
public enum S3SinkPlugin: SinkPlugin {
    /// Id `s3`.
    public static let descriptor = PluginDescriptor(
        id: "s3",
        title: "objects in an S3-compatible store",
        summary: """
            Passes every file of a backup on while it is fetched, in parts and without staging it on a disk, and makes an \
            object of it when its last byte is verified. An upload that was cut off is gone on with by a later run.
            """,
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    /// Where the bucket is and who asks, how objects are made, and what protects them.
    public static let options = [
        OptionSpec("bucket", .string, help: "The bucket; it must exist.", required: true, example: "redis-backups"),
        OptionSpec("prefix", .string, help: "What all keys begin with.", example: "wherry/prod"),
        OptionSpec(
            "endpoint",
            .endpoint,
            help: "Where the store is; left out, Amazon's for the region.",
            example: "https://store.example:8333"
        ),
        OptionSpec("region", .string, help: "The region that requests are signed for.", default: "us-east-1"),
        OptionSpec("access_key", .secret, help: "The access key id.", required: true, example: "file:secrets/s3.id"),
        OptionSpec("secret_key", .secret, help: "The secret key.", required: true, example: "file:secrets/s3.key"),
        OptionSpec("session_token", .secret, help: "The session token of temporary keys."),
        OptionSpec(
            "addressing",
            .choice(["path", "virtual"]),
            help: "Where the bucket's name stands, path or host; left out, path with an endpoint, else virtual."
        ),
        OptionSpec("ca", .path, help: "A PEM file: the authority that the store's certificate is of."),
        OptionSpec(
            "path",
            .string,
            help: "Where an object goes behind the prefix: {source} {instance} {backup} {time} {shard} {file}.",
            default: S3Options.defaultPath
        ),
        OptionSpec(
            "part_size",
            .integer(5...512),
            help: "The size of parts in MiB; larger where a file would have more than 10,000.",
            default: "5"
        ),
        OptionSpec(
            "parallel",
            .integer(1...8),
            help: "How many parts are uploaded at once; one more than that is in memory, over all deliveries.",
            default: "4"
        ),
        OptionSpec(
            "checksums",
            .boolean,
            help: "Whether the store checks a SHA-256 of each part, where it can, besides the signature's.",
            default: "true"
        ),
        OptionSpec("storage_class", .string, help: "The class of storage.", example: "STANDARD_IA"),
        OptionSpec(
            "lock_mode",
            .choice(["governance", "compliance"]),
            help: "How objects are locked against removal; the bucket must have object lock."
        ),
        OptionSpec("lock_for", .duration, help: "How long they are locked.", example: "30d"),
        OptionSpec("legal_hold", .boolean, help: "Whether objects get a legal hold.", default: "false"),
        OptionSpec("encryption", .choice(["AES256", "aws:kms"]), help: "How the store encrypts objects."),
        OptionSpec("encryption_key", .string, help: "The key of encryption aws:kms."),
    ]

    /// Makes the sink.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the options make no sense together.
    public static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        let options = try S3Options(options)
        let client = StoreClient(
            address: options.address,
            signer: options.signer,
            http: context.http,
            clock: context.clock,
            random: context.random,
            certificateAuthority: options.certificateAuthority
        )
        return S3Sink(
            prefix: options.prefix,
            template: options.template,
            desk: UploadDesk(
                client: client,
                book: UploadBook(notes: context.notes),
                settings: options.settings,
                clock: context.clock,
                random: context.random
            ),
            permits: PartPermits(options.settings.parallel + 1)
        )
    }
}
