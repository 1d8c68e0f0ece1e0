import QCloudAPI
import WherryCore

/// What the provider's codes mean for the caller (architecture, section 5; vendor pages 239/1757 and 239/8452).
enum CRSFailure {
    /// An error that the API answered.
    static func failure(_ error: CRSError, action: String, object: String) -> Failure {
        let said = "\(action) for \(object) was answered with \(error.code) \(error.name)"
        switch error.known {
        case .instanceNotExists:
            return Failure(
                .notFound,
                code: "instance.not-found",
                "\(said): the provider has no such instance.",
                remedy: "List what it has with `wherry instances`; check the region."
            )
        case .backupNotExists:
            return Failure(
                .notFound,
                code: "backup.not-found",
                "\(said): the provider has no such backup.",
                remedy: "List what it has with `wherry backups`; backups are kept for some days only."
            )
        case .backupStatusAbnormal, .backupLocked, .instanceLocked, .instanceStatusAbnormal:
            return Failure(
                .transient,
                code: "backup.busy",
                "\(said): the backup cannot be fetched now.",
                remedy: "It is locked, being exported or expired; try again later, or export a cluster's backup first."
            )
        case .invalidParameter, .badParameter, .onlyClusterCanExport, .passwordError:
            return Failure(
                .usage,
                code: "crs.\(error.code)",
                "\(said): a parameter is not as it must be.",
                remedy: "Check the ids; they are used as given."
            )
        case .authenticationFailed, .apiNotAllowed, .resourceNotAllowed, .targetResourceNotAllowed, .secretIdNotFound,
            .tokenError, .multiFactorFailed, .accessManagementFailed, .accessRefused:
            return Failure(
                .authentication,
                code: "crs.\(error.code)",
                "\(said): the provider refuses this key.",
                remedy: "Check secret_id and secret_key of the source, and what the account lets this key do."
            )
        case .replay, .requestExpired:
            return Failure(
                .transient,
                code: "crs.\(error.code)",
                "\(said): the provider takes the request for a replay.",
                remedy: "Set this machine's clock; the provider allows five minutes."
            )
        case .limitExceeded:
            return Failure(
                .transient,
                code: "crs.\(error.code)",
                "\(said): too many requests.",
                remedy: "Lower requests_per_second of the source.",
                retryAfter: .seconds(1)
            )
        case .serverError, .maintenance, .resourceOperationFailed:
            return Failure(
                .transient,
                code: "crs.\(error.code)",
                "\(said): the provider has a problem of its own.",
                remedy: "Run again later; look at the provider's status page if it stays so."
            )
        case .unsupportedProtocol:
            return Failure(
                .configuration,
                code: "crs.\(error.code)",
                "\(said): the endpoint takes https only.",
                remedy: "Write the source's endpoint with https://."
            )
        case .unsupportedAction:
            return Failure(
                .unsupported,
                code: "crs.\(error.code)",
                "\(said): the endpoint does not know this action.",
                remedy:
                    "Check the source's endpoint: it must be the Redis product's, or a `wherry serve` that can do this."
            )
        case .resourceNotFound:
            return Failure(
                .notFound,
                code: "crs.\(error.code)",
                "\(said): there is no such thing.",
                remedy: "Check the ids and the region."
            )
        case .purchaseFailed, .balanceTooLow, .partlyDone, .qualificationNotPassed, nil:
            return Failure(
                .internal,
                code: "crs.\(error.known == nil ? "unknown" : String(error.code))",
                "\(said).",
                remedy: "Look the code up in the provider's documentation."
            )
        }
    }

    /// An answer with another HTTP status than 200, which this API never gives itself.
    static func status(_ status: Int, host: String, retryAfter: String?) -> Failure {
        let isPassing = status == 429 || status >= 500
        return Failure(
            isPassing ? .transient : .configuration,
            code: "crs.http-status",
            "\(host) answered with HTTP status \(status).",
            remedy: isPassing ? "Run again later." : "Check the source's endpoint.",
            retryAfter: retryAfter.flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 3_600)) }
        )
    }

    /// An answer that is not of the API's form.
    static func unreadable(action: String, host: String) -> Failure {
        Failure(
            .configuration,
            code: "crs.unreadable",
            "The answer of \(host) to \(action) is not of the API's form.",
            remedy: "Check the source's endpoint; a proxy may have answered in its place."
        )
    }
}
