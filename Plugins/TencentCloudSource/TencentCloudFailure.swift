import QCloudAPI
import WherryCore

/// What the provider's codes mean for the caller (architecture, section 5; vendor page 239/32050 and the product's codes
/// in the Python SDK, sorted by ``V3ErrorCode/kind``).
enum TencentCloudFailure {
    /// An error that the API answered.
    ///
    /// - Parameter clockLead: how much the provider's clock is ahead of ours, when told.
    static func failure(_ error: ProviderError, action: String, object: String, clockLead: Duration?) -> Failure {
        let meaning = meaning(of: error, clockLead: clockLead)
        let request = error.requestID.map { " (request \($0))" } ?? ""
        var message = "\(action) for \(object) was answered with \(error.code): \(meaning.what)\(request)."
        if !error.text.isEmpty { message += " It says: \(error.text)" }
        return Failure(
            meaning.failureClass,
            code: meaning.code,
            message,
            remedy: meaning.remedy,
            retryAfter: error.kind == .rateLimited ? .seconds(1) : nil
        )
    }

    /// An answer with another HTTP status than 200, which this API never gives itself.
    static func status(_ status: Int, host: String, retryAfter: String?) -> Failure {
        let isPassing = status == 408 || status == 429 || status >= 500
        return Failure(
            isPassing ? .transient : .configuration,
            code: "tencentcloud.http-status",
            "\(host) answered with HTTP status \(status).",
            remedy: isPassing ? "Run again later." : "Check the source's endpoint, and proxies in between.",
            retryAfter: retryAfter.flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 3_600)) }
        )
    }

    /// An answer that is not of the API's form.
    ///
    /// - Parameter place: where it is not, in names and without values.
    static func unreadable(action: String, host: String, place: String?) -> Failure {
        Failure(
            .configuration,
            code: "tencentcloud.unreadable",
            "The answer of \(host) to \(action) is not of the API's form." + (place.map { " " + $0 } ?? ""),
            remedy: "Check the source's endpoint; a proxy may have answered in its place."
        )
    }

    /// An instance that no region of the source is known to have.
    static func regionUnknown(of instance: Instance.ID, regions: [String]) -> Failure {
        Failure(
            .notFound,
            code: "instance.not-found",
            "None of the regions \(regions.joined(separator: ", ")) is known to have the instance \(instance).",
            remedy: "List what they have with `wherry instances --refresh`; check the source's region."
        )
    }

    private struct Meaning {
        var failureClass: FailureClass
        var code: String
        var what: String
        var remedy: String

        init(_ failureClass: FailureClass, code: String, _ what: String, remedy: String) {
            (self.failureClass, self.code, self.what, self.remedy) = (failureClass, code, what, remedy)
        }
    }

    private static func meaning(of error: ProviderError, clockLead: Duration?) -> Meaning {
        switch error.kind {
        case .instanceNotFound:
            Meaning(
                .notFound,
                code: "instance.not-found",
                "the provider has no such instance",
                remedy: "List what it has with `wherry instances`; check the region."
            )
        case .backupNotFound:
            Meaning(
                .notFound,
                code: "backup.not-found",
                "the provider has no such backup",
                remedy: "List what it has with `wherry backups`; backups are kept for some days only."
            )
        case .notFound:
            Meaning(
                .notFound,
                code: "tencentcloud.not-found",
                "there is no such thing",
                remedy: "Check the ids and the region."
            )
        case .busy:
            Meaning(
                .transient,
                code: "backup.busy",
                "the backup cannot be fetched now",
                remedy: "It or its instance is locked, in another task, isolated or expired; try again later."
            )
        case .usage:
            Meaning(
                .usage,
                code: "tencentcloud.parameter",
                "a parameter is not as it must be",
                remedy: "Check the ids and the source's options; they are used as given."
            )
        case .authentication:
            Meaning(
                .authentication,
                code: "tencentcloud.refused",
                "the provider refuses this key",
                remedy: "Check secret_id, secret_key and token of the source, and what the account lets this key do."
            )
        case .clock:
            Meaning(
                .authentication,
                code: "tencentcloud.clock",
                "the clocks differ by too much\(clockLead.map { ", ours is \(ClockLead.words($0))" } ?? "")",
                remedy: "Set this machine's clock; the provider allows five minutes."
            )
        case .rateLimited:
            Meaning(
                .transient,
                code: "tencentcloud.rate-limit",
                "too many requests",
                remedy: "Lower requests_per_second of the source; other programs use the account's budget too."
            )
        case .quota:
            Meaning(
                .exhausted,
                code: "tencentcloud.quota",
                "a quota, a resource or the balance is used up",
                remedy: "Look at the account's quotas and balance in the provider's console."
            )
        case .serverFault:
            Meaning(
                .transient,
                code: "tencentcloud.server",
                "the provider has a problem of its own",
                remedy: "Run again later; look at the provider's status page if it stays so."
            )
        case .unsupportedOperation:
            Meaning(
                .unsupported,
                code: "tencentcloud.unsupported",
                "this instance or its edition cannot do that",
                remedy: "Look the code up in the provider's documentation."
            )
        case .unsupportedAction where error.code.hasPrefix("UnsupportedRegion"):
            Meaning(
                .configuration,
                code: "tencentcloud.region",
                "the endpoint does not know this region",
                remedy: "Check region and endpoint of the source; the international site has an endpoint of its own."
            )
        case .unsupportedAction:
            Meaning(
                .unsupported,
                code: "tencentcloud.action",
                "the endpoint does not know this action",
                remedy: "Check the source's endpoint: it must be the Redis product's."
            )
        case .unsupportedProtocol:
            Meaning(
                .configuration,
                code: "tencentcloud.protocol",
                "the endpoint refuses the protocol",
                remedy: "Write the source's endpoint with https://."
            )
        case .dryRun, .unknown:
            Meaning(
                .internal,
                code: "tencentcloud.unknown",
                "this version does not know the code",
                remedy: "Look the code up in the provider's documentation."
            )
        }
    }
}
