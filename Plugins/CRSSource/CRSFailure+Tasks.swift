import WherryCore

/// What can become of a task.
extension CRSFailure {
    /// The provider gave it up.
    static func taskFailed(_ task: String, for object: String) -> Failure {
        Failure(
            .transient,
            code: "crs.task-failed",
            "The provider gave up task \(task) for \(object).",
            remedy: "Ask for another one later."
        )
    }

    /// It takes longer than we wait.
    static func taskUnfinished(_ task: String, for object: String) -> Failure {
        Failure(
            .transient,
            code: "crs.task-unfinished",
            "Task \(task) for \(object) is not done yet.",
            remedy: "List the instance's backups later; the provider goes on with it."
        )
    }

    /// The task's name is none of this provider.
    static func noTask(_ task: String, for object: String) -> Failure {
        Failure(
            .notFound,
            code: "crs.no-task",
            "What was asked for \(object) has no task of this provider.",
            remedy: "The source was another plugin then; list the instance's backups."
        )
    }
}
