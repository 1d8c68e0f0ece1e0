import WherryCore

/// Where one file lies: `restic:SNAPSHOT/PATH`.
struct ResticPlace: Sendable, Hashable {
    /// The snapshot's id, 64 hex digits.
    let snapshot: String
    /// The file's path in it, without a slash at its beginning.
    let path: String

    init(snapshot: String, path: String) {
        self.snapshot = snapshot
        self.path = path
    }

    /// Reads a location.
    ///
    /// - Throws: ``Failure`` `restic.bad-location` of class `usage`.
    init(_ location: String) throws {
        let scheme = "restic:"
        let rest = location.dropFirst(scheme.count)
        guard location.hasPrefix(scheme), let slash = rest.firstIndex(of: "/"), Self.isID(rest[..<slash]) else {
            throw Failure(
                .usage,
                code: "restic.bad-location",
                "\(location) is no place in a repository of restic's.",
                remedy: "Ask the sink that delivered it."
            )
        }
        snapshot = String(rest[..<slash])
        path = String(rest[rest.index(after: slash)...])
    }

    /// As it stands in a receipt.
    var location: String { "restic:\(snapshot)/\(path)" }

    private static func isID(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
