import FoundationEssentials
import WherryCore
import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder of a backup that is being taken; no catalog knows of it yet.
struct Staging: Sendable {
    /// What the names of files end in until they are whole.
    static let suffix = ".part"

    /// The instance's folder in the depot.
    private let instanceFolder: String
    /// The backup's folder in that.
    let folder: String

    /// Makes the folder.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    init(root: String, instance: Instance.ID, backup: Backup.ID) throws {
        instanceFolder = root + "/" + PathTemplate.safe(instance.rawValue)
        folder = root + "/" + DepotLayout.folder(instance: instance, backup: backup)
        try AtomicFile.makeFolder(folder)
    }

    /// Makes a file to write into what comes from `origin`.
    func file(at position: Int, from origin: String) throws -> StagedFile {
        try StagedFile("\(folder)/\(position)\(Self.suffix)", from: origin)
    }

    /// Gives whole files the names that they are served under, in this order.
    ///
    /// - Throws: ``Failure`` of class `exhausted` or `configuration`.
    func publish(_ parts: [StagedPart]) throws -> [BackupFile] {
        let files = parts.enumerated().map { position, part in
            BackupFile(
                position: position,
                name: parts.count == 1 ? "dump.rdb" : "shard-\(position).rdb",
                size: part.size,
                sha256: part.sha256
            )
        }
        for (part, file) in zip(parts, files) {
            guard rename(part.path, "\(folder)/\(file.name)") == 0 else {
                throw DepotFiles.failure(part.path, "published")
            }
        }
        try AtomicFile.syncFolder(folder)
        return files
    }

    /// Removes the folder and all that is in it, and the instance's if nothing else is left there.
    func discard() {
        DepotFiles.remove(folder)
        rmdir(instanceFolder)
    }
}

/// What the depot does with its files.
enum DepotFiles {
    /// Removes a backup's folder with its files.
    ///
    /// What cannot be removed stays: it does no harm, and pruning tries again.
    static func remove(_ folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// The failure that `errno` stands for.
    static func failure(_ path: String, _ activity: String) -> Failure {
        let number = errno
        let (failureClass, code, remedy): (FailureClass, String, String) =
            switch number {
            case ENOENT: (.notFound, "depot.no-file", "Check the name.")
            case ENOSPC, EDQUOT: (.exhausted, "disk.full", "Free space there.")
            default: (.configuration, "disk.not-writable", "Check its rights.")
            }
        return Failure(
            failureClass,
            code: code,
            "\(path) could not be \(activity): \(String(cString: strerror(number))).",
            remedy: remedy
        )
    }
}
