package import WherryCore

extension Failure {
    private static let areasOfSources = [
        "transfer.", "http.", "crs.", "tencentcloud.", "backup.", "instance.", "lease.",
    ]

    /// Whether this came up on the way from the source: it is tried again where it is made, and strikes everybody who
    /// shares the download.
    package var isOfSource: Bool { Self.areasOfSources.contains { code.hasPrefix($0) } }
}
