import WherryCore
public import WherryPluginKit

/// Backups of a cloud account over the provider's API 3.0 (`redis.tencentcloudapi.com`, version 2018-04-12).
public enum TencentCloudSourcePlugin: SourcePlugin {
    /// Id `tencentcloud`.
    public static let descriptor = PluginDescriptor(
        id: "tencentcloud",
        title: "cloud Redis, API 3.0",
        summary: """
            Lists instances and backups and asks for download URLs over API 3.0: DescribeInstances, \
            DescribeInstanceBackups, DescribeBackupUrl. Has backups made when asked to: ManualBackupInstance. The dialect \
            that the provider answers today.
            """,
        capabilities: .requestsBackups
    )

    /// `endpoint`, `region`, `secret_id`, `secret_key`, `token`, `language`, `url_life`, `time_zone`, `limit` and what
    /// belongs to it.
    public static let options = [
        OptionSpec("endpoint", .endpoint, help: "Where the API is.", default: TencentCloudOptions.defaultEndpoint),
        OptionSpec(
            "region",
            .string,
            help: "The region to ask for, or several with commas between them.",
            required: true,
            example: "ap-guangzhou"
        ),
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
        OptionSpec("token", .secret, help: "The session token of temporary keys.", example: "env:TENCENTCLOUD_TOKEN"),
        OptionSpec(
            "language",
            .choice(["en-US", "zh-CN"]),
            help: "The language of the provider's messages.",
            default: "en-US"
        ),
        OptionSpec(
            "url_life",
            .duration,
            help: "How long issued URLs work that do not say so themselves; the provider documents 6 hours.",
            default: "6h"
        ),
        OptionSpec(
            "time_zone",
            .string,
            help: "The UTC offset of times in the API's answers.",
            default: "+08:00"
        ),
        OptionSpec(
            "limit",
            .choice(DownloadLimitOptions.words),
            help: "From where URLs may be used: as set for the account, from everywhere, inside only, or as listed.",
            default: "account"
        ),
        OptionSpec(
            "limit_vpcs",
            .string,
            help: "For limit: custom, the networks that may download, with commas between them.",
            example: "ap-guangzhou/vpc-1a2b3c4d"
        ),
        OptionSpec(
            "limit_ips",
            .string,
            help: "For limit: custom, addresses or address blocks, with commas between them.",
            example: "203.0.113.0/24"
        ),
        OptionSpec(
            "limit_ips_are",
            .choice(["allowed", "denied"]),
            help: "Whether the addresses of limit_ips may download or may not.",
            default: "allowed"
        ),
    ]

    /// Makes the source.
    ///
    /// - Throws: ``Failure`` of class `configuration` when the time zone is no offset, a region, network or address
    ///   cannot be one, a secret has blanks in it, or the options of the limit contradict each other.
    public static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source {
        TencentCloudSource(options: try TencentCloudOptions(options), context: context)
    }
}
