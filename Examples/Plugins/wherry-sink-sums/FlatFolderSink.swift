import SystemPackage
import WherryCore
import WherryPluginKit
import WherryPluginMain

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The sink `flat-folder` as a program of its own.
@main
enum Main {
    static func main() async {
        await PluginMain.serve(FlatFolderSinkPlugin.self, version: "1.0", wants: .stream)
    }
}

/// Stores backups in one flat folder, with a file beside each that `sha256sum -c` reads.
enum FlatFolderSinkPlugin: SinkPlugin {
    static let descriptor = PluginDescriptor(
        id: "flat-folder",
        title: "one flat folder with SHA-256 sums",
        summary: "Fetches every file into one folder and notes its digest beside it, for sha256sum -c.",
        capabilities: [.storesBytes, .checksPresence, .removesCopies, .readsCopies]
    )

    static let options = [
        OptionSpec("folder", .path, help: "The folder that holds the copies.", required: true, example: "/srv/rdb")
    ]

    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
        FlatFolderSink(folder: try options.required("folder"))
    }
}

/// A running `flat-folder` sink.
struct FlatFolderSink: Sink {
    let folder: String

    func check() async throws -> [Finding] {
        [Finding(.ok, "Copies go to \(folder); it is made by the first delivery.")]
    }

    func prepare(run: RunID, recovering: Bool) async throws { try AtomicFile.makeFolder(folder) }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var artifacts: [Artifact] = []
        for file in backup.files {
            // Ids come from a provider: never a path component as they are. `~` cannot come out of safe(_:).
            let parts = [backup.source.rawValue, backup.instance.id.rawValue, backup.backup.id.rawValue]
            let name =
                parts.map(PathTemplate.safe).joined(separator: "~") + "~\(file.file.position).rdb\(file.pathSuffix)"
            let path = "\(folder)/\(name)"
            let fetched = try await transfer.fetch(file, to: FilePath(path))
            try AtomicFile.write(Array("\(fetched.storedSHA256)  \(name)\n".utf8), to: path + ".sha256")
            artifacts.append(
                Artifact(
                    position: file.file.position,
                    location: path,
                    size: fetched.size,
                    sha256: fetched.sha256,
                    grade: fetched.grade,
                    stored: fetched.stored
                )
            )
        }
        return Receipt(outcome: .delivered, artifacts: artifacts)
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        for artifact in receipt.artifacts {
            var status = stat()
            guard stat(artifact.location, &status) == 0 else { return .absent }
            let size = artifact.stored?.size ?? artifact.size
            guard size.map({ $0.bytes == Int64(status.st_size) }) ?? true else { return .absent }
        }
        return .present
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let descriptor = open(artifact.location, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure.copyGone(artifact.location) }
        let file = FileDescriptor(rawValue: descriptor)
        defer { try? file.close() }  // nothing was written
        while true {
            let bytes = try [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if bytes.isEmpty { return }
            try await receive(bytes)
        }
    }

    func remove(_ receipt: Receipt) async throws {
        for artifact in receipt.artifacts {
            unlink(artifact.location)
            unlink(artifact.location + ".sha256")
        }
    }
}
