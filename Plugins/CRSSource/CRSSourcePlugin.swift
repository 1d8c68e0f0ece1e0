import WherryCore
public import WherryPluginKit

/// Backups of a cloud account over the provider's API 2.0 (`redis.api.qcloud.com/v2/index.php`), or of any wherry server.
public enum CRSSourcePlugin: SourcePlugin {
    /// Id `crs`.
    public static let descriptor = PluginDescriptor(
        id: "crs",
        title: "cloud Redis, API 2.0",
        summary: """
            Lists instances and backups and asks for download URLs over API 2.0: DescribeRedis, GetRedisBackupList, \
            GetBackupDownloadUrl. Has backups made when asked to: ManualBackupInstance. Speaks to the provider and to \
            `wherry serve`.
            """,
        capabilities: .requestsBackups
    )

    /// `endpoint`, `region`, `secret_id`, `secret_key`, `url_life`, `time_zone`, `signature`, `method`.
    public static let options = [
        OptionSpec(
            "endpoint",
            .endpoint,
            help: "Where the API is.",
            default: "https://redis.api.qcloud.com"
        ),
        OptionSpec("region", .string, help: "The region to ask for.", required: true, example: "ap-guangzhou"),
        OptionSpec(
            "secret_id",
            .secret,
            help: "The account's SecretId.",
            required: true,
            example: "env:TENCENTCLOUD_SECRET_ID"
        ),
        OptionSpec(
            "secret_key",
            .secret,
            help: "The account's SecretKey.",
            required: true,
            example: "file:/etc/wherry/secret-key"
        ),
        OptionSpec(
            "url_life",
            .duration,
            help: "How long issued URLs work; the provider documents 12 hours.",
            default: "12h"
        ),
        OptionSpec(
            "time_zone",
            .string,
            help: "The UTC offset of times in the API's answers.",
            default: "+08:00"
        ),
        OptionSpec(
            "signature",
            .choice(["HmacSHA256", "HmacSHA1"]),
            help: "How requests are signed.",
            default: "HmacSHA256"
        ),
        OptionSpec("method", .choice(["GET", "POST"]), help: "How requests are sent.", default: "POST"),
    ]

    /// Makes the source.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the time zone is no offset.
    public static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        try CRSSource(client: CRSClient(options, context: context), options: options, clock: context.clock)
    }
}
