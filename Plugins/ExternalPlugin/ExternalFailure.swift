package import WherryCore
package import WherryPluginWire

/// What went wrong with a plugin, in the words of the house.
package enum ExternalFailure {
    /// The codes that a plugin may choose, as others understand them; all else becomes `external.failed`.
    static let knownCodes: Set<String> = [
        "instance.not-found", "instance.busy", "backup.not-found", "backup.busy", "backup.expired",
    ]

    /// A plugin broke the rules.
    ///
    /// - Parameter complaint: the last that it wrote to standard error, clean; nil for nothing.
    package static func of(_ violation: Violation, plugin: String, operation: String, complaint: String?) -> Failure {
        let said = complaint.map { " Its last words were: \($0)" } ?? ""
        return Failure(
            .internal,
            code: "external.\(violation.word)",
            "The plugin \(plugin), asked for \(operation), \(violation.text).\(said)",
            remedy: remedy(violation)
        )
    }

    private static func remedy(_ violation: Violation) -> String {
        switch violation {
        case .late: "See why it takes so long, or raise deadline: in its options."
        case .stalled: "See what it waits for, or raise stall: in its options; a plugin that is at work says progress."
        case .killed: "See the system's log: it may have run out of memory."
        default: "Have it repaired by its author; wherry plugin test shows what is wrong."
        }
    }

    /// A plugin said that it could not.
    package static func of(_ error: PluginError, plugin: String, blotter: Blotter) -> Failure {
        let isKnown = knownCodes.contains(error.code)
        let suffix = isKnown ? "" : " (\(blotter.clean(error.code, limit: 60)))"
        return Failure(
            // It may be stopped, but the run that it is part of is not.
            error.failureClass == .cancelled ? .transient : error.failureClass,
            code: isKnown ? error.code : "external.failed",
            "The plugin \(plugin) says: \(blotter.clean(error.message))\(suffix)",
            remedy: error.remedy.map { blotter.clean($0) },
            retryAfter: error.retryAfter.map { .seconds(min($0, 86_400)) }
        )
    }
}
