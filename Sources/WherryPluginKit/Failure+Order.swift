public import WherryCore

extension Failure {
    /// How an exchange can end after its request may have arrived.
    private static let lostAnswers: Set<String> = ["http.cut", "http.protocol", "http.timeout", "http.too-long"]

    /// This failure as that of an order for a backup, see ``BackupRequesting/requestBackup(of:remark:)``.
    ///
    /// Where the order may have been taken all the same it gets the code `task.answer-lost` and a class that nobody
    /// tries again: twice ordered is two backups. A busy backup becomes a busy instance.
    ///
    /// - Parameter unclear: the source's own codes after which the order may have been taken.
    public func ofOrder(for instance: Instance.ID, unclear: Set<String>) -> Failure {
        if Self.lostAnswers.contains(code) || unclear.contains(code) {
            return Failure(
                .conflict,
                code: "task.answer-lost",
                "Nobody knows whether the order for a backup of \(instance) was taken. \(message)",
                remedy: "List the instance's backups in some minutes, and ask again only when there is no new one."
            )
        }
        guard code == "backup.busy" else { return self }
        return Failure(
            .transient,
            code: "instance.busy",
            "No backup of \(instance) can begin now: it is locked, in another task or isolated.",
            remedy: "Ask again later.",
            retryAfter: retryAfter
        )
    }
}
