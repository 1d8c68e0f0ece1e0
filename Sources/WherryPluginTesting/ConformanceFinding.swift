/// What one check of a plugin has shown.
public struct ConformanceFinding: Sendable, Hashable {
    /// How it ended.
    public enum Outcome: String, Sendable, Hashable {
        /// As it must be.
        case passed
        /// Not as it must be.
        case failed
        /// Not tried: the plugin does not have what is checked, or failed before.
        case skipped
    }

    /// What was checked, kebab case.
    public var check: String
    /// How it ended.
    public var outcome: Outcome
    /// One sentence: what was seen; holds no secret.
    public var detail: String

    /// A finding.
    public init(_ check: String, _ outcome: Outcome, _ detail: String) {
        self.check = check
        self.outcome = outcome
        self.detail = detail
    }
}

extension [ConformanceFinding] {
    /// Whether nothing failed.
    public var isPassed: Bool { !isEmpty && !contains { $0.outcome == .failed } }
}

/// Why a check failed: one sentence.
struct Objection: Error {
    var text: String

    init(_ text: String) { self.text = text }
}

/// Skips a check, for this reason.
struct Skip: Error {
    var text: String

    init(_ text: String) { self.text = text }
}
