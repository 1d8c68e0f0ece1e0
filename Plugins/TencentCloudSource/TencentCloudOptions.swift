import QCloudAPI
import WherryCore
import WherryPluginKit

/// The options of a `tencentcloud` source, read and checked.
struct TencentCloudOptions: Sendable {
    /// The public endpoint, which serves every region; `redis.<region>.tencentcloudapi.com` serves one, and
    /// `redis.intl.tencentcloudapi.com` accounts of the international site (vendor page 239/32075).
    static let defaultEndpoint = "https://" + V3Wire.vendorHost

    /// Scheme and authority, without a slash at the end.
    let endpoint: String
    /// The regions to ask, at least one, each once.
    let regions: [String]
    let credentials: CRSCredentials
    let language: String
    let urlLife: Duration
    let times: CRSTimeFormat
    let limit: V3DownloadLimit

    init(_ options: OptionValues) throws {
        let text = options.text("endpoint") ?? Self.defaultEndpoint
        endpoint = text.hasSuffix("/") ? String(text.dropLast()) : text
        regions = try Self.regions(options.required("region"))
        credentials = CRSCredentials(
            secretId: try Self.visible(options.requiredSecret("secret_id"), "secret_id"),
            secretKey: try Self.visible(options.requiredSecret("secret_key"), "secret_key"),
            token: try options.secret("token").map { try Self.visible($0, "token") }
        )
        language = options.text("language") ?? "en-US"
        urlLife = options.duration("url_life") ?? .seconds(V3Wire.addressLifetimeSeconds)
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
        limit = try DownloadLimitOptions.limit(options, regions: regions)
    }

    /// The words of a list: blanks and commas part them.
    static func words(_ text: String) -> [String] {
        text.split { $0 == "," || $0 == " " }.map(String.init)
    }

    private static func regions(_ text: String) throws -> [String] {
        let words = words(text)
        // Region ids are such as ap-guangzhou and ap-shanghai-fsi; they go into a header as they are.
        let areRegions = words.allSatisfy { $0.utf8.allSatisfy { byte in isLowerOrDigit(byte) || byte == 0x2D } }
        guard !words.isEmpty, areRegions, Set(words).count == words.count else {
            throw Failure(
                .configuration,
                code: "config.region",
                "The region \(text) is not a region id or a list of different ones.",
                remedy: "Write it like ap-guangzhou, or ap-guangzhou, ap-shanghai."
            )
        }
        return words
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// The secret's text, which is visible ASCII in all that the vendor hands out.
    ///
    /// A blank or line break around a key is the commonest reason for "signature failure" in the issues of the vendor's
    /// SDKs; in a token it would also break the header.
    private static func visible(_ secret: Secret, _ name: String) throws -> String {
        guard !secret.reveal.isEmpty, secret.reveal.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(
                .configuration,
                code: "config.secret-text",
                "The secret behind \(name) is empty, or has a blank, a line break or a character beyond ASCII in it.",
                remedy: "Store the secret alone, as the provider shows it."
            )
        }
        return secret.reveal
    }
}
