import Builtins
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

/// The folder of one demo: the provider's half and the operator's half.
struct DemoHome: Sendable {
    let path: String
    let port: Int

    /// Makes the folder.
    ///
    /// - Throws: ``Failure`` of class `conflict` when it exists.
    init(path: String?) throws {
        let temporary = Environment.value("TMPDIR") ?? "/tmp"
        let stamp = SystemClock().now.compact + "-" + String(getpid())
        self.path = path ?? "\(temporary)/wherry-demo-\(stamp)"
        guard !FileManager.default.fileExists(atPath: self.path) else {
            throw Failure(
                .conflict,
                code: "demo.home-exists",
                "\(self.path) is already there.",
                remedy: "Name another folder with --home."
            )
        }
        port = try Self.freePort()
        try AtomicFile.makeFolder(self.path + "/secrets")
        try AtomicFile.makeFolder(self.path + "/snapshots")
    }

    /// Writes both configurations; each can be used with the other commands afterwards.
    func writeConfigurations() throws {
        try write("secrets/api-key.id", "WHERRYDEMO\n")
        try write("secrets/api-key.secret", String(UInt64.random(in: 0 ... .max), radix: 36) + "\n")
        try write(
            "provider.yaml",
            """
            # The provider's half: a depot behind the API that a cloud provider has.
            catalog: provider/catalog.db
            sources:
              - name: depot
                plugin: depot
                options:
                  folder: provider/depot
                  intranet_url: http://127.0.0.1:\(port)
                  extranet_url: http://127.0.0.1:\(port)
            serve:
              listen: 127.0.0.1:\(port)
              source: depot
              keys:
                - secret_id: file:secrets/api-key.id
                  secret_key: file:secrets/api-key.secret

            """
        )
        try write(
            "wherry.yaml",
            """
            # The operator's half: knows nothing of the provider but its API.
            catalog: catalog.db
            sources:
              - name: cloud
                plugin: crs
                network: extranet
                requests_per_second: 50
                options:
                  endpoint: http://127.0.0.1:\(port)
                  region: ap-guangzhou
                  secret_id: file:secrets/api-key.id
                  secret_key: file:secrets/api-key.secret
            sinks:
              - name: disk
                plugin: local-disk
                options:
                  root: backups
              - name: script
                plugin: script
                options:
                  folder: scripts
            jobs:
              - name: nightly
                source: cloud
                instances: ["crs-*"]
                sinks: [disk, script]

            """
        )
        try AtomicFile.makeFolder(path + "/provider")
    }

    /// Reads one of the configurations.
    func load(_ name: String) throws -> Config { try ConfigFile.load(path + "/" + name, resolvingSecrets: true) }

    /// A small text file.
    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.internal, code: "demo.no-file", "The demo's file \(path) cannot be read.")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func write(_ name: String, _ text: String) throws {
        try AtomicFile.write(Array(text.utf8), to: path + "/" + name)
    }

    /// A port of loopback that is free at this moment.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard descriptor >= 0, isBound else {
            throw Failure(.exhausted, code: "demo.no-port", "No port of 127.0.0.1 is free.", remedy: "Try again.")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
