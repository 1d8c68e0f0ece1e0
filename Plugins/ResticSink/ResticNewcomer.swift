import FoundationEssentials
import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A repository on a disk that comes into being whole: made beside its place and moved there.
///
/// `restic init` writes a key and then the configuration. Killed in between, or run twice at once, it leaves keys that
/// open the repository and do not fit it, and restic refuses it from then on.
struct ResticNewcomer {
    /// Where it is to be.
    let folder: String
    /// Where it is made.
    let draft: String

    /// - Parameters:
    ///   - repository: as restic's `-r` takes it.
    ///   - random: tells drafts apart.
    /// - Returns: nil for what is not a path on this machine.
    init?(of repository: String, random: UInt64) {
        var path = repository
        if path.hasPrefix("local:") { path.removeFirst(6) }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard path.hasPrefix("/"), path != "/" else { return nil }
        folder = path
        draft = path + Self.ending + String(random, radix: 16)
    }

    private static let ending = ".wherry-new-"

    /// Removes drafts that were never moved.
    func removeOthers() {
        let parent = Self.parent(of: folder)
        let name = folder.split(separator: "/").last.map(String.init) ?? folder
        guard let stream = opendir(parent) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let found = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard found.hasPrefix(name + Self.ending) else { continue }
            // Who still writes there is of a run that is dead; what stays is removed the next time.
            try? FileManager.default.removeItem(atPath: parent + "/" + found)
        }
    }

    /// Moves the draft to its place.
    ///
    /// - Returns: false when the place cannot be taken, such as a mount point or a folder with something in it.
    func publish() throws -> Bool {
        guard rename(draft, folder) == 0 else {
            try? FileManager.default.removeItem(atPath: draft)  // a draft that stays is removed the next time
            return false
        }
        try AtomicFile.syncFolder(Self.parent(of: folder))
        return true
    }

    private static func parent(of path: String) -> String {
        "/" + path.split(separator: "/").dropLast().joined(separator: "/")
    }
}
