import WherryCore

/// How objects are made.
struct UploadSettings: Sendable {
    /// What keeps an object from being changed.
    struct Lock: Sendable, Hashable {
        /// `GOVERNANCE` or `COMPLIANCE`.
        var mode: String
        /// For how long, from the start of its upload.
        var span: Duration
    }

    /// The size of parts, in bytes.
    var partSize = 5 << 20
    /// How many parts are uploaded at once, by all deliveries together.
    var parallel = 4
    /// Whether the store is asked to check a SHA-256 of each part.
    var usesChecksums = true
    /// The store's word for a class of storage; nil for the bucket's usual one.
    var storageClass: String?
    /// How long objects cannot be changed; nil for the bucket's own rule.
    var lock: Lock?
    /// Whether objects cannot be removed until somebody lifts the hold.
    var hasLegalHold = false
    /// `AES256` or `aws:kms`; nil for the bucket's own rule.
    var encryption: String?
    /// The key of `aws:kms`; nil for the account's usual one.
    var encryptionKey: String?

    /// The headers that say so, with those that tell whose an object is.
    ///
    /// - Parameter sha256: of the whole, where it is known before; else only its parts have digests.
    func headers(token: String, sha256: SHA256Digest? = nil, now: Timestamp) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [
            ("content-type", "application/octet-stream"), (StoreClient.tokenHeader, token),
        ]
        if let sha256 { headers.append(("x-amz-meta-wherry-sha256", sha256.hex)) }
        if let storageClass { headers.append(("x-amz-storage-class", storageClass)) }
        if let lock {
            headers.append(("x-amz-object-lock-mode", lock.mode))
            headers.append(("x-amz-object-lock-retain-until-date", (now + lock.span).description))
        }
        if hasLegalHold { headers.append(("x-amz-object-lock-legal-hold", "ON")) }
        if let encryption { headers.append(("x-amz-server-side-encryption", encryption)) }
        if let encryptionKey {
            headers.append(("x-amz-server-side-encryption-aws-kms-key-id", encryptionKey))
        }
        return headers
    }

    /// The headers of a body that itself is part of an object or all of it: stores want a digest where there is a lock.
    ///
    /// - Parameter isAlone: whether it is all of an object.
    func headers(of part: UploadPart, isAlone: Bool) -> [(name: String, value: String)] {
        if isAlone, usesChecksums {
            return [
                ("x-amz-sdk-checksum-algorithm", "SHA256"),
                ("x-amz-checksum-sha256", StoreClient.base64(part.digest)),
            ]
        }
        guard lock != nil || hasLegalHold, !usesChecksums else { return [] }
        return [("content-md5", StoreClient.base64(part.md5))]
    }
}
