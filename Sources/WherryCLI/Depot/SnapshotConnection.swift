import ArgumentParser
import DepotSource
import WherryCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The options of a snapshot that say how the server is talked to.
struct SnapshotConnection: ParsableArguments {
    @Option(help: ArgumentHelp("Where the password is: env:NAME, file:PATH, credential:NAME.", valueName: "reference"))
    var password: String?

    @Option(help: ArgumentHelp("The authority that signs the servers' certificates, for rediss://.", valueName: "file"))
    var ca: String?

    @Option(help: ArgumentHelp("Our own certificate, for servers that ask for one.", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("The key of --cert.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("How long the server may take to begin.", valueName: "duration"))
    var startTimeout = "15m"

    @Option(help: ArgumentHelp("How long it may then be silent.", valueName: "duration"))
    var stallTimeout = "60s"

    /// What opens the server's door.
    ///
    /// - Throws: ``Failure`` `snapshot.bad-password` of class `usage` for what is no reference, whose text is never repeated;
    ///   `snapshot.no-secret` of class `configuration` when nothing is there.
    func access() throws -> RedisAccess {
        RedisAccess(password: try password.map(Self.secret), authority: ca, certificate: cert, key: key)
    }

    /// How long is waited.
    ///
    /// - Throws: ``Failure`` `snapshot.bad-option` of class `usage`.
    func patience() throws -> SnapshotPatience {
        SnapshotPatience(
            start: try Self.duration(startTimeout, "--start-timeout"),
            stall: try Self.duration(stallTimeout, "--stall-timeout")
        )
    }

    private static func secret(_ text: String) throws -> Secret {
        let place = ConfigPlace(file: "--password", folder: FileManager.default.currentDirectoryPath)
        let reference: SecretReference
        do {
            reference = try SecretReference(text, place: place)
        } catch {
            throw Failure(
                .usage,
                code: "snapshot.bad-password",
                "What follows --password \(error.reason).",
                remedy: error.remedy
            )
        }
        do {
            return try SecretResolver.process().resolve(reference).secret
        } catch {
            throw Failure(
                .configuration,
                code: "snapshot.no-secret",
                "There is no password: \(error.message).",
                remedy: error.remedy
            )
        }
    }

    private static func duration(_ text: String, _ option: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw Failure(
                .usage,
                code: "snapshot.bad-option",
                "\(option) is no duration.",
                remedy: "Write it like 90s, 15m or 1h30m."
            )
        }
        return duration
    }
}
