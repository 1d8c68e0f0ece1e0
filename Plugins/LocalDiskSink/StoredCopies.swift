import SystemPackage
import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What was delivered below a root, to be looked at and removed; waits for the disk.
struct StoredCopies: Sendable {
    let root: String

    /// Whether all files are there with the sizes of the receipt.
    ///
    /// Where the root is missing so may be its disk, and nobody knows. What lies below another root is none of ours, unless it
    /// is gone there, too.
    func presence(of receipt: Receipt) -> Presence {
        var status = stat()
        guard stat(root, &status) == 0 else {
            return .unknown("There is no folder \(root): is its disk mounted?")
        }
        for artifact in receipt.artifacts {
            guard lstat(artifact.location, &status) == 0 else {
                guard errno == ENOENT || errno == ENOTDIR else {
                    return .unknown("\(artifact.location): \(String(cString: strerror(errno))).")
                }
                return .absent
            }
            guard holds(artifact.location) else { return .unknown("\(artifact.location) does not lie below \(root).") }
            guard status.st_mode & S_IFMT == S_IFREG else { return .absent }
            let size = artifact.stored?.size ?? artifact.size
            if let size, size.bytes != Int64(status.st_size) { return .absent }
        }
        return .present
    }

    /// Opens a file of a receipt.
    ///
    /// - Throws: ``Failure``: `sink.copy-elsewhere`, `disk.no-root`, `sink.copy-gone`, `disk.not-readable`.
    func open(_ artifact: Artifact) throws -> CopyFile {
        guard holds(artifact.location) else { throw Failure.copyElsewhere(artifact.location, root) }
        var status = stat()
        guard stat(root, &status) == 0 else {
            throw Failure(
                .configuration,
                code: "disk.no-root",
                "There is no folder \(root).",
                remedy: "Mount its disk, or set root: to what it was."
            )
        }
        return try CopyFile(artifact.location)
    }

    /// Removes the files, the manifest that lists them before all, and folders that are empty then.
    ///
    /// - Throws: ``Failure`` `disk.other-root` of class `conflict`, before anything is removed; `disk.not-writable`.
    func remove(_ receipt: Receipt) throws {
        let paths = Set(receipt.artifacts.map(\.location))
        for path in paths where !holds(path) {
            throw Failure(
                .conflict,
                code: "disk.other-root",
                "\(path) does not lie below this sink's root \(root).",
                remedy: "Set root: to what it was, or remove the copy by hand."
            )
        }
        let folders = Set(paths.map { FilePath($0).removingLastComponent().string })
        // Where there is a manifest the backup is complete: it must not outlive the first of its files.
        for folder in folders { for manifest in manifests(of: paths, in: folder) { try Self.erase(manifest) } }
        for path in paths { try Self.erase(path) }
        for folder in folders { removeEmpty(folder) }
    }

    /// Ids of providers never make a path component that leads upwards, but receipts are read from a catalog that others
    /// may write.
    private func holds(_ path: String) -> Bool {
        FilePath(path).string.hasPrefix(root + "/") && !path.split(separator: "/").contains("..")
    }

    private struct Listing: Decodable {
        struct File: Decodable { var path: String }
        var files: [File]
    }

    /// The manifests in a folder that list these files and no others.
    private func manifests(of paths: Set<String>, in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Manifest.suffix) }.map { folder + "/" + $0 }.filter { path in
            guard let data = FileManager.default.contents(atPath: path),
                let listing = try? JSONDecoder().decode(Listing.self, from: data)
            else { return false }
            return !listing.files.isEmpty && listing.files.allSatisfy { paths.contains(root + "/" + $0.path) }
        }
    }

    private static func erase(_ path: String) throws {
        guard unlink(path) != 0, errno != ENOENT, errno != ENOTDIR else { return }
        throw Failure(
            .configuration,
            code: "disk.not-writable",
            "\(path) could not be removed: \(String(cString: strerror(errno))).",
            remedy: "Give this user the right to write in its folder."
        )
    }

    private func removeEmpty(_ folder: String) {
        var folder = folder
        while folder.hasPrefix(root + "/"), rmdir(folder) == 0 {
            folder = FilePath(folder).removingLastComponent().string
        }
        // What is gone stays gone after a power cut; where it cannot be told, a later look finds it and says so.
        try? AtomicFile.syncFolder(folder)
    }
}
