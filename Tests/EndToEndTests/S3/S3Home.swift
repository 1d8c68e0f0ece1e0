import Crypto
import DepotSource
import Foundation
import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

@testable import S3Sink

/// A home of the program with a sink `store` at an object store, and eyes on that.
struct S3Home: Sendable {
    let scratch: Scratch
    let bucket: String
    let program: Program
    private let client: StoreClient

    /// Makes the bucket and writes the configuration.
    ///
    /// - Parameter port: where the program is to find the store, when not at the store itself.
    init(
        in scratch: Scratch,
        store: ObjectStore,
        provider: Provider,
        connections: HTTPConnections,
        port: Int? = nil,
        secretKey: String = ObjectStore.secretKey,
        bandwidth: String = "off"
    ) async throws {
        self.scratch = scratch
        bucket = "e-\(UInt32.random(in: 0 ... .max))"
        program = Program(folder: scratch.path)
        client = StoreClient(
            address: StoreAddress(endpoint: store.endpoint, region: "us-east-1", bucket: bucket, style: nil),
            signer: SignatureV4(
                credentials: SignatureV4.Credentials(
                    accessKey: ObjectStore.accessKey,
                    secretKey: Secret(ObjectStore.secretKey)
                ),
                region: "us-east-1"
            ),
            http: HTTPClientTransport(connections),
            clock: TestClock(),
            random: { .random(in: .min ... .max) }
        )
        _ = try await client.repeating(StoreCall(method: "PUT", doing: "making it"))
        try scratch.writeConfig(for: provider, sinks: "store")
        for (name, text) in [("secrets/s3.id", ObjectStore.accessKey), ("secrets/s3.key", secretKey)] {
            try scratch.write(name, Array(text.utf8))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: scratch.file(name))
        }
        let sink = """
            bandwidth: "\(bandwidth)"
            sinks:
              - name: store
                plugin: s3
                options:
                  bucket: \(bucket)
                  prefix: wherry
                  endpoint: http://127.0.0.1:\(port ?? store.port)
                  access_key: file:secrets/s3.id
                  secret_key: file:secrets/s3.key
                  part_size: 5

            """
        let text = try String(contentsOfFile: scratch.file("wherry.yaml"), encoding: .utf8)
        try scratch.write(
            "wherry.yaml",
            Array(text.replacing("sinks:\n  - name: disk", with: sink + "  - name: disk").utf8)
        )
    }

    /// The SHA-256 of every object, sorted.
    func digests() async throws -> [String] {
        let list = try await client.repeating(StoreCall(method: "GET", query: [("list-type", "2")], doing: "listing"))
        let keys = try #require(StoreXML.read(list.body)).all("Contents").compactMap { $0.value("Key") }
        var digests: [String] = []
        for key in keys {
            var call = StoreCall(method: "GET", key: key, doing: "reading it")
            (call.timeout, call.maximumBytes) = (.seconds(120), 256 << 20)
            let body = try await client.repeating(call).body
            digests.append(Hexadecimal.text(SHA256.hash(data: body)))
        }
        return digests.sorted()
    }

    /// How many uploads are unfinished.
    func unfinished() async throws -> Int { try await client.uploads(under: "").count }
}

extension Provider {
    /// Puts a dump of about so many bytes, which do not repeat, into the depot.
    func addLarge(_ size: Int, to instance: Instance.ID, in scratch: Scratch) async throws {
        var bytes = Array("REDIS0010".utf8) + [0xFE, 0x00, 0x00, 0x01, 0x6B, 0x80]
        bytes += withUnsafeBytes(of: UInt32(size).bigEndian) { Array($0) }
        var random = SeededRandom(seed: UInt64(size))
        for _ in 0..<((size + 7) / 8) { withUnsafeBytes(of: random.next()) { bytes += $0 } }
        bytes.removeLast((size + 7) / 8 * 8 - size)
        let path = try scratch.write("large-\(size).rdb", bytes + [0xFF] + [UInt8](repeating: 0, count: 8))
        _ = try await depot.add([path], to: instance, name: "large")
    }
}
