/// The beginning of a sink in Swift, a package of its own.
enum SwiftSinkTemplate {
    /// Its manifest.
    static func manifest(_ name: String) -> String {
        """
        // swift-tools-version:6.2
        import PackageDescription

        let package = Package(
            name: "wherry-sink-\(name)",
            platforms: [.macOS(.v15)],
            // Where the sources of wherry are.
            dependencies: [
                .package(name: "wherry", path: "../wherry"),
                .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
            ],
            targets: [
                .executableTarget(
                    name: "wherry-sink-\(name)",
                    dependencies: [
                        .product(name: "WherryPluginKit", package: "wherry"),
                        .product(name: "SystemPackage", package: "swift-system"),
                    ],
                    path: "."
                )
            ]
        )

        """
    }

    /// Its one source file.
    static func source(_ name: String) -> String {
        """
        import SystemPackage
        import WherryCore
        import WherryPluginKit
        import WherryPluginMain

        @main
        enum Main {
            static func main() async { await PluginMain.serve(Plugin.self, version: "0.1", wants: .stream) }
        }

        enum Plugin: SinkPlugin {
            static let descriptor = PluginDescriptor(
                id: "\(name)",
                title: "a few words",
                summary: "A few sentences.",
                capabilities: [.storesBytes]
            )

            static let options = [OptionSpec("folder", .path, help: "Where copies go.", required: true)]

            static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink {
                Store(folder: try options.required("folder"))
            }
        }

        struct Store: Sink {
            let folder: String

            func check() async throws -> [Finding] { [Finding(.ok, "Copies go to \\(folder).")] }

            func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
                try AtomicFile.makeFolder(folder)
                var artifacts: [Artifact] = []
                for file in backup.files {
                    // Ids come from a provider: never a path component as they are.
                    let ids = [backup.source.rawValue, backup.instance.id.rawValue, backup.backup.id.rawValue]
                    let name = ids.map(PathTemplate.safe).joined(separator: "~") + "~\\(file.file.position).rdb"
                    let fetched = try await transfer.fetch(file, to: FilePath("\\(folder)/\\(name)"))
                    artifacts.append(
                        Artifact(
                            position: file.file.position,
                            location: "\\(folder)/\\(name)",
                            size: fetched.size,
                            sha256: fetched.sha256,
                            grade: fetched.grade
                        )
                    )
                }
                return Receipt(outcome: .delivered, artifacts: artifacts)
            }
        }

        """
    }
}
