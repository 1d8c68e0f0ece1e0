/// One thing that a check found.
public struct Finding: Sendable, Hashable {
    /// How bad it is.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// As it should be.
        case ok
        /// Works, but somebody should look.
        case warning
        /// Does not work.
        case error
    }

    /// How bad it is.
    public var level: Level
    /// One sentence: what was found, about which thing.
    public var message: String
    /// What a person can do; nil when all is well.
    public var remedy: String?

    /// A finding.
    public init(_ level: Level, _ message: String, remedy: String? = nil) {
        self.level = level
        self.message = message
        self.remedy = remedy
    }
}
