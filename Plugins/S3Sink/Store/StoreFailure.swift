import WherryCore
import WherryPluginKit

/// What an object store's refusals mean for the caller.
///
/// Sources: Amazon S3 API Reference, "Error responses"; what SeaweedFS and moto answer where they differ.
enum StoreFailure {
    /// A refusal.
    ///
    /// - Parameters:
    ///   - doing: what was asked for, such as `uploading part 3 of s3://b/k`.
    ///   - secrets: texts that must not show.
    static func failure(
        of response: HTTPExchangeResponse,
        doing: String,
        host: String,
        secrets: [String]
    ) -> Failure {
        let error = StoreXML.read(response.body).flatMap { $0.name == "Error" ? $0 : nil }
        let code = error?.value("Code") ?? ""
        let meaning = meaning(of: code, status: response.status)
        let told = code.isEmpty ? "HTTP status \(response.status)" : harmless(code, limit: 60, hiding: secrets)
        var message = "\(host) answered \(told) to \(doing): \(meaning.what)."
        if meaning.code == "s3.unknown" || meaning.code == "s3.refused-request", let words = error?.value("Message") {
            message += " It says: \(harmless(words, limit: 200, hiding: secrets))"
        }
        let wait = response.header("retry-after").flatMap { Int64($0) }.map { min(max($0, 0), 3_600) }
        return Failure(
            meaning.failureClass,
            code: meaning.code,
            message,
            remedy: meaning.remedy,
            retryAfter: meaning.failureClass.isRetryable ? wait.map { .seconds($0) } : nil
        )
    }

    /// A completed object that is not what was sent.
    static func notAsSent(_ location: String, _ what: String) -> Failure {
        Failure(
            .corrupt,
            code: "s3.not-as-sent",
            "\(location) is not what was sent: \(what).",
            remedy: "Run again: it is then uploaded anew. If it stays so, look at the store and at proxies before it."
        )
    }

    /// An answer that is not of the API's form.
    static func unreadable(_ doing: String, host: String) -> Failure {
        Failure(
            .configuration,
            code: "s3.unreadable",
            "The answer of \(host) to \(doing) is not of the API's form.",
            remedy: "Check the sink's endpoint; a proxy may have answered in its place."
        )
    }

    /// A connection's failure as one of the sink's own: the engine then tries the delivery again.
    static func unreachable(_ failure: Failure) -> Failure {
        guard failure.failureClass == .transient, failure.code.hasPrefix("http.") else { return failure }
        return Failure(
            .transient,
            code: "s3.unreachable",
            failure.message,
            remedy: failure.remedy,
            retryAfter: failure.retryAfter
        )
    }

    /// A stranger's words, fit for a message.
    static func harmless(_ text: String, limit: Int, hiding secrets: [String]) -> String {
        var words = text
        for secret in secrets where !secret.isEmpty { words = words.replacing(secret, with: "•••") }
        let kept = words.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
        return kept.count > limit ? String(kept.prefix(limit)) + "…" : String(kept)
    }

    // MARK: - Meanings

    private struct Meaning {
        var failureClass: FailureClass
        var code: String
        var what: String
        var remedy: String

        init(_ failureClass: FailureClass, code: String, _ what: String, _ remedy: String) {
            (self.failureClass, self.code, self.what, self.remedy) = (failureClass, code, what, remedy)
        }
    }

    private static func meaning(of code: String, status: Int) -> Meaning {
        byAccess(code) ?? byUpload(code) ?? byRequest(code) ?? byStatus(status, hasCode: !code.isEmpty)
    }

    private static func byAccess(_ code: String) -> Meaning? {
        switch code {
        case "NoSuchBucket", "InvalidBucketName":
            Meaning(.configuration, code: "s3.no-bucket", "there is no such bucket", "Make it, or correct bucket:.")
        case "AccessDenied", "AllAccessDisabled", "AccountProblem", "UnauthorizedAccess":
            accessDenied
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity", "AuthFailure":
            Meaning(
                .authentication,
                code: "s3.bad-key",
                "it does not know this key, or the secret key is another",
                "Check access_key and secret_key of the sink."
            )
        case "InvalidToken", "ExpiredToken", "TokenRefreshRequired":
            Meaning(
                .authentication,
                code: "s3.bad-token",
                "the session token is not valid or has expired",
                "Get new temporary keys, or use ones that last."
            )
        case "RequestTimeTooSkewed", "RequestExpired":
            Meaning(
                .authentication,
                code: "s3.clock",
                "the clocks differ by too much",
                "Set this machine's clock; stores allow 15 minutes."
            )
        case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            wrongRegion
        default: nil
        }
    }

    private static func byUpload(_ code: String) -> Meaning? {
        switch code {
        case "NoSuchUpload":
            Meaning(
                .transient,
                code: "s3.no-upload",
                "it no longer has the upload",
                "Run again: the file is uploaded anew. A rule of the bucket may remove unfinished uploads too early."
            )
        case "InvalidPart", "InvalidPartOrder":
            Meaning(
                .transient,
                code: "s3.parts-lost",
                "it does not have the parts as they were sent",
                "Run again: the file is uploaded anew."
            )
        case "BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "IncompleteBody":
            Meaning(
                .transient,
                code: "s3.damaged-on-the-way",
                "other bytes came there than were sent",
                "Run again; if it stays so, look at proxies in between."
            )
        case "EntityTooSmall":
            Meaning(
                .configuration,
                code: "s3.part-size",
                "its parts must be larger",
                "Raise part_size of the sink."
            )
        case "EntityTooLarge", "MaxMessageLengthExceeded":
            Meaning(
                .configuration,
                code: "s3.too-large",
                "that is more than it takes at once",
                "Change part_size of the sink; files may have 10,000 parts."
            )
        case "NoSuchKey": noObject
        default: nil
        }
    }

    private static func byRequest(_ code: String) -> Meaning? {
        switch code {
        case "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted", "Throttling",
            "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "ServerBusy":
            busy
        case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "QuotaExceededException":
            full
        case "NotImplemented", "MethodNotAllowed":
            Meaning(
                .unsupported,
                code: "s3.not-implemented",
                "it does not know this kind of request",
                "Leave out the options that this store does not have."
            )
        case "InvalidObjectState":
            Meaning(
                .conflict,
                code: "s3.archived",
                "the object lies in an archive, from which it must be brought first",
                "Restore it at the store (RestoreObject), wait until that is done, and try again."
            )
        case "InvalidArgument", "InvalidRequest", "InvalidStorageClass", "MalformedXML",
            "ObjectLockConfigurationNotFoundError", "InvalidRetentionPeriod", "InvalidEncryptionAlgorithmError":
            Meaning(
                .configuration,
                code: "s3.refused-request",
                "it does not take an option of the request",
                "Check storage_class, lock_mode, legal_hold and encryption of the sink against what the bucket allows."
            )
        default: nil
        }
    }

    private static func byStatus(_ status: Int, hasCode: Bool) -> Meaning {
        switch status {
        case 301, 307: wrongRegion
        case 401, 403: accessDenied
        case 404 where !hasCode: noObject
        case 408, 429, 500, 502, 503, 504: busy
        case 507: full
        default:
            Meaning(
                status >= 500 ? .transient : .configuration,
                code: "s3.unknown",
                "this version does not know what that means",
                "Check the sink's endpoint, and proxies in between; look the code up in the store's documentation."
            )
        }
    }

    private static var accessDenied: Meaning {
        Meaning(
            .authentication,
            code: "s3.access-denied",
            "the key may not do that, or a lock holds the object",
            "Give it the rights that docs/operations.md lists; look at the bucket's policy and locks."
        )
    }

    private static var noObject: Meaning {
        Meaning(.notFound, code: "s3.no-object", "there is no such object", "Look at what the bucket holds.")
    }

    private static var wrongRegion: Meaning {
        Meaning(
            .configuration,
            code: "s3.region",
            "the bucket is in another region, or at another endpoint",
            "Correct region: and endpoint: of the sink."
        )
    }

    private static var busy: Meaning {
        Meaning(.transient, code: "s3.busy", "it has trouble of its own for now", "Run again later.")
    }

    private static var full: Meaning {
        Meaning(.exhausted, code: "s3.full", "it has no room, or a quota is used up", "Make room at the store.")
    }
}
