/// Who is asking, for the audit columns of the catalog: `job:nightly`, `cli:ana`, `api:AKID…`.
///
/// A task-local value: it follows the structured tasks that a question starts, through plugins that know nothing of it.
package enum Caller {
    /// The one that the current task works for.
    @TaskLocal package static var current = "wherry"
}
