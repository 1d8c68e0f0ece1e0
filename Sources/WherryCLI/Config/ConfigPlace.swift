/// Where the configuration is: names it in messages and anchors relative paths.
struct ConfigPlace: Sendable, Hashable {
    /// Why a text is no path.
    struct Problem: Error {
        /// What to say after the key.
        var reason: String
        /// What a person can do.
        var remedy: String
    }

    /// The file, as it was named.
    var file: String
    /// The absolute path of its folder.
    var folder: String

    /// An absolute path for one that the file holds; `..` and links are left to the system.
    func absolute(_ path: String) -> Result<String, Problem> {
        if path.isEmpty { return .failure(Problem(reason: "is empty, expected a path", remedy: "Write a path.")) }
        if path.hasPrefix("~") {
            return .failure(
                Problem(
                    reason: "begins with ~, which is not expanded",
                    remedy:
                        "Write the whole path, or one relative to the configuration file; ./~ for a folder of that name."
                )
            )
        }
        if path.utf8.contains(0) {
            return .failure(Problem(reason: "holds a NUL character", remedy: "Remove it."))
        }
        if path.hasPrefix("/") { return .success(path) }
        var relative = path[...]
        while relative.hasPrefix("./") { relative = relative.dropFirst(2).drop { $0 == "/" } }
        if relative.isEmpty || relative == "." { return .success(folder) }
        return .success(folder.hasSuffix("/") ? folder + relative : "\(folder)/\(relative)")
    }
}
