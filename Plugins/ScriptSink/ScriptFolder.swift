import FoundationEssentials
import Glibc
import SystemPackage
import WherryCore
import WherryPluginKit

/// The folder in which one sink's scripts are published.
struct ScriptFolder: Sendable {
    let path: String
    let sink: SinkName

    /// Makes the folder and those above it.
    func create() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw cannotWrite("The folder for scripts \(path) cannot be made.")
        }
    }

    /// Removes what an interrupted ``publish(_:)`` of this sink left; other sinks' files stay.
    func removeStale() throws {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // no folder, nothing stale
        where name.hasPrefix(temporaryPrefix) && name.hasSuffix(temporarySuffix) {
            try check(
                unlink("\(path)/\(name)") == 0 || errno == ENOENT,
                "The stale file \(path)/\(name) cannot be removed."
            )
        }
    }

    /// Writes the files of a script, each whole or not at all, and durably; the one that is started comes last.
    ///
    /// A name that is taken, by another sink that shares the folder, gets a number: no script replaces another.
    ///
    /// - Returns: the name of the last of them.
    func publish(_ script: Script) throws -> String {
        for number in 1...99 {
            let files = try script.files(stem: number == 1 ? script.stem : "\(script.stem)-\(number)")
            if try publish(files, run: script.run), let name = files.last?.name { return name }
        }
        throw Failure(
            .conflict,
            code: "script.names-taken",
            "The folder \(path) already holds 99 scripts named like \(script.stem).",
            remedy: "Move them away, and give each script sink a folder of its own."
        )
    }

    /// False, and nothing written, when one of the names is taken.
    private func publish(_ files: [EmittedFile], run: RunID) throws -> Bool {
        for (index, file) in files.enumerated() {
            do {
                if try publish(file, run: run) { continue }
            } catch {
                withdraw(files[..<index])
                throw error
            }
            withdraw(files[..<index])
            return false
        }
        return true
    }

    /// Takes back what this very call has written: nobody was told of it.
    private func withdraw(_ files: ArraySlice<EmittedFile>) {
        for file in files { unlink("\(path)/\(file.name)") }
    }

    /// What can be said of the folder without changing anything.
    func findings() -> [Finding] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return isCreatable
                ? [Finding(.ok, "The folder for scripts \(path) will be made by the first run.")]
                : [Finding(.error, "The folder for scripts \(path) cannot be made.", remedy: remedy)]
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return [Finding(.error, "\(path) is not a folder.", remedy: "Set the option folder to another path.")]
        }
        guard access(path, W_OK | X_OK) == 0 else {
            return [Finding(.error, "The folder for scripts \(path) cannot be written to.", remedy: remedy)]
        }
        guard status.st_mode & 0o007 == 0 else {
            return [
                Finding(
                    .warning,
                    "The folder for scripts \(path) is open to every user of this machine.",
                    remedy: "Scripts hold signed URLs: take the rights of others away, chmod o-rwx."
                )
            ]
        }
        return [Finding(.ok, "The folder for scripts \(path) can be written to.")]
    }

    /// False when `name` is taken.
    private func publish(_ file: EmittedFile, run: RunID) throws -> Bool {
        let temporary = "\(path)/\(temporaryPrefix)\(run)\(temporarySuffix)"
        let final = "\(path)/\(file.name)"
        let message = "The script \(final) cannot be written."
        unlink(temporary)
        defer { unlink(temporary) }
        let descriptor = try errors(message) {
            try FileDescriptor.open(
                FilePath(temporary),
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        }
        try errors(message) {
            try descriptor.closeAfter {
                let mode: mode_t = file.isExecutable ? 0o700 : 0o600
                guard fchmod(descriptor.rawValue, mode) == 0 else { throw Errno(rawValue: errno) }
                try descriptor.writeAll(file.text.utf8)
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        }
        if link(temporary, final) != 0 {
            if errno == EEXIST { return false }
            // A file system without hard links: looking first is the next best way not to replace anything.
            if access(final, F_OK) == 0 { return false }
            try check(rename(temporary, final) == 0, message)
        }
        try sync(message)
        return true
    }

    /// Makes names in the folder durable.
    private func sync(_ message: String) throws {
        try errors(message) {
            let descriptor = try FileDescriptor.open(FilePath(path), .readOnly, options: [.directory, .closeOnExec])
            try descriptor.closeAfter {
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }

    /// Whether the nearest folder above that exists lets new ones be made in it.
    private var isCreatable: Bool {
        var above = FilePath(path)
        var status = stat()
        repeat {
            guard above.removeLastComponent() else { return false }
            if above.isEmpty { above = "." }
        } while stat(above.string, &status) != 0 && errno == ENOENT
        return status.st_mode & S_IFMT == S_IFDIR && access(above.string, W_OK | X_OK) == 0
    }

    // MARK: - Names and failures

    /// `~` cannot come out of ``PathTemplate/safe(_:)``, so no sink takes another's file for its own.
    private var temporaryPrefix: String { ".wherry~\(PathTemplate.safe(sink.rawValue))~" }
    private var temporarySuffix: String { ".tmp" }
    private var remedy: String { "Set the option folder to one that wherry's user can write to, or change its owner." }

    private func check(_ success: Bool, _ message: String) throws {
        let code = Errno(rawValue: errno)
        guard success else { throw failure(code, message) }
    }

    private func errors<Value>(_ message: String, _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as Errno { throw failure(error, message) }
    }

    private func failure(_ error: Errno, _ message: String) -> Failure {
        switch error {
        case .noSpace, .diskQuotaExceeded:
            Failure(.exhausted, code: "script.disk-full", "\(message) The disk is full.", remedy: "Free some space.")
        default:
            cannotWrite("\(message.dropLast()): \(error.description).")
        }
    }

    private func cannotWrite(_ message: String) -> Failure {
        Failure(.configuration, code: "script.cannot-write", message, remedy: remedy)
    }
}
