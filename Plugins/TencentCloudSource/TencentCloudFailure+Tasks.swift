import WherryCore
import WherryPluginKit

/// What can become of a backup that was asked for.
extension TencentCloudFailure {
    /// The provider gave it up.
    static func taskFailed(_ request: BackupRequest, _ reason: String) -> Failure {
        Failure(
            .transient,
            code: "tencentcloud.task-failed",
            "The provider gave up the backup of \(request.instance), task \(request.task)."
                + (reason.isEmpty ? "" : " It says: \(reason)"),
            remedy: "Ask for another one later."
        )
    }

    /// It takes longer than we wait.
    static func taskUnfinished(_ request: BackupRequest) -> Failure {
        Failure(
            .transient,
            code: "tencentcloud.task-unfinished",
            "The backup of \(request.instance) that was asked for at \(request.requestedAt) is not made yet.",
            remedy: "List the instance's backups later; the provider goes on with task \(request.task)."
        )
    }

    /// The task's name is none of this provider.
    static func noTask(_ request: BackupRequest) -> Failure {
        Failure(
            .notFound,
            code: "tencentcloud.not-found",
            "The backup of \(request.instance) that was asked for at \(request.requestedAt) has no task of this provider.",
            remedy: "The source was another plugin then; list the instance's backups."
        )
    }
}
