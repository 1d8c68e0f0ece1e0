import WherryCore
import WherryPluginKit

/// The options of an `s3` sink, checked together.
struct S3Options: Sendable {
    let address: StoreAddress
    let signer: SignatureV4
    let settings: UploadSettings
    let prefix: String
    let template: PathTemplate
    let certificateAuthority: String?

    /// Where an object goes when nobody says otherwise.
    static let defaultPath = "{instance}/{time}-{backup}/{instance}-{time}-shard{shard}.rdb"

    /// Reads them.
    ///
    /// - Throws: ``Failure`` of class `configuration` where they make no sense together.
    init(_ values: OptionValues) throws {
        let region = values.text("region") ?? "us-east-1"
        let bucket = try values.required("bucket")
        guard Self.isBucketName(bucket) else {
            throw Self.problem("The bucket \(bucket) has a name that no bucket can have.", "Correct bucket:.")
        }
        address = StoreAddress(
            endpoint: values.text("endpoint"),
            region: region,
            bucket: bucket,
            style: values.text("addressing").flatMap { StoreAddress.Style(rawValue: $0) }
        )
        signer = SignatureV4(
            credentials: SignatureV4.Credentials(
                accessKey: try values.requiredSecret("access_key").reveal,
                secretKey: try values.requiredSecret("secret_key"),
                sessionToken: values.secret("session_token")
            ),
            region: region
        )
        template = try PathTemplate(values.text("path") ?? Self.defaultPath)
        prefix = try Self.prefix(values.text("prefix") ?? "")
        certificateAuthority = values.text("ca")
        settings = try Self.settings(values)
    }

    private static func settings(_ values: OptionValues) throws -> UploadSettings {
        var settings = UploadSettings()
        if let mebibytes = values.integer("part_size") { settings.partSize = mebibytes << 20 }
        if let parallel = values.integer("parallel") { settings.parallel = parallel }
        settings.usesChecksums = values.boolean("checksums") ?? true
        settings.storageClass = try values.text("storage_class").map { try headerWord($0, "storage_class") }
        settings.hasLegalHold = values.boolean("legal_hold") ?? false
        settings.encryption = values.text("encryption")
        settings.encryptionKey = try values.text("encryption_key").map { try headerWord($0, "encryption_key") }
        switch (values.text("lock_mode"), values.duration("lock_for")) {
        case (nil, nil): break
        case (let mode?, let span?):
            settings.lock = UploadSettings.Lock(mode: mode.uppercased(), span: span)
        default:
            throw problem("lock_mode and lock_for belong together.", "Set both, or neither.")
        }
        guard settings.encryptionKey == nil || settings.encryption == "aws:kms" else {
            throw problem("encryption_key is for encryption: aws:kms.", "Set that too, or leave the key out.")
        }
        return settings
    }

    /// A prefix without slashes around it and one behind it.
    private static func prefix(_ text: String) throws -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.contains(where: { $0 == "." || $0 == ".." || $0.unicodeScalars.contains { $0.value < 32 } }) else {
            throw problem("The prefix has a . or .. component or a control character.", "Correct prefix:.")
        }
        return parts.map { $0 + "/" }.joined()
    }

    /// Amazon's rules, and capitals and underscores, which other stores and old buckets have.
    private static func isBucketName(_ name: String) -> Bool {
        (3...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains(byte)
            } && !name.hasPrefix(".") && !name.contains("..")
    }

    private static func headerWord(_ text: String, _ option: String) throws -> String {
        guard !text.isEmpty, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw problem("\(option) holds something else than letters, digits and signs.", "Correct \(option):.")
        }
        return text
    }

    private static func problem(_ message: String, _ remedy: String) -> Failure {
        Failure(.configuration, code: "s3.options", message, remedy: remedy)
    }
}
