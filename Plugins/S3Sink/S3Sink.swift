import WherryCore
import WherryPluginKit

/// A running `s3` sink.
///
/// Files become objects one by one, each when its last byte is verified; nothing is staged on a disk.
struct S3Sink: Sink {
    /// What all keys begin with; empty or with a slash at its end.
    let prefix: String
    let template: PathTemplate
    let desk: UploadDesk
    let permits: PartPermits

    private var client: StoreClient { desk.client }

    func check() async throws -> [Finding] {
        try await client.probe(prefix: prefix)
        let place = "s3://\(client.address.bucket)/\(prefix) at \(client.address.host)"
        var findings = [Finding(.ok, "\(place) can be listed.")]
        if client.address.scheme == "http", !Self.isLoopback(client.address.host) {
            findings.append(
                Finding(
                    .warning,
                    "Backups go to \(client.address.host) without TLS.",
                    remedy: "Write the sink's endpoint with https://."
                )
            )
        }
        return findings
    }

    func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
        var artifacts: [Artifact] = []
        var keys: Set<String> = []
        for file in backup.files {
            let key = prefix + template.path(of: file, in: backup)
            let upload = FileUpload(of: file, to: key, desk: desk, permits: permits)
            let content = try await upload.carryOut(using: transfer)
            keys.insert(key)
            artifacts.append(
                content.artifact(position: file.file.position, location: client.address.location(key))
            )
        }
        // Until here, whoever begins again finds by these which files are there already.
        for note in try await desk.book.all() where keys.contains(note.key) && note.stage == .stored {
            try await desk.book.forget(note)
        }
        return Receipt(outcome: .delivered, artifacts: artifacts)
    }

    func presence(of receipt: Receipt) async throws -> Presence {
        for artifact in receipt.artifacts {
            let key = try key(of: artifact)
            let wanted = artifact.stored?.size ?? artifact.size
            do {
                guard let object = try await client.look(at: key) else { return .absent }
                if let size = object.size, let wanted, size != wanted.bytes { return .absent }
            } catch let failure as Failure where failure.failureClass != .cancelled {
                return .unknown(failure.message)
            }
        }
        return .present
    }

    func read(_ artifact: Artifact, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        try await ObjectReading(try key(of: artifact), of: client).read(to: receive)
    }

    func remove(_ receipt: Receipt) async throws {
        for artifact in receipt.artifacts { try await client.delete(try key(of: artifact)) }
    }

    func sweep(untouchedFor age: Duration) async throws -> [String] {
        try await UploadSweep(desk: desk, prefix: prefix).carryOut(age: age)
    }

    private func key(of artifact: Artifact) throws -> String {
        if let key = client.address.key(of: artifact.location) { return key }
        throw Failure(
            .configuration,
            code: "s3.other-bucket",
            "\(artifact.location) is not in the bucket \(client.address.bucket).",
            remedy: "Set bucket: back to what it was, or give the new bucket a sink of its own."
        )
    }

    private static func isLoopback(_ host: String) -> Bool {
        ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    }
}
