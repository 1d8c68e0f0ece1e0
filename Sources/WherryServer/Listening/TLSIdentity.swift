import NIOSSL
import Synchronization
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The server's certificate and private key, from files that may change while it runs.
package final class TLSIdentity: Sendable {
    private let certificate: String
    private let key: String
    private let current: Mutex<NIOSSLContext>

    /// Reads both files.
    ///
    /// - Parameters:
    ///   - certificate: the path of a PEM file: the server's certificate, then those that lead to its root.
    ///   - key: the path of a PEM file that only its owner, and perhaps a group, may read.
    /// - Throws: ``Failure`` of class `configuration`, code `serve.certificate`.
    package init(certificate: String, key: String) throws {
        self.certificate = certificate
        self.key = key
        current = Mutex(try Self.load(certificate, key))
    }

    /// What new connections use.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads both files anew; connections that are there keep what they have.
    ///
    /// - Throws: ``Failure`` of class `configuration`, code `serve.certificate`; then everything stays as it was.
    package func reload() throws {
        let fresh = try Self.load(certificate, key)
        current.withLock { $0 = fresh }
    }

    private static func load(_ certificate: String, _ key: String) throws -> NIOSSLContext {
        var status = stat()
        guard stat(key, &status) == 0 else { throw failure("The key \(key) cannot be read") }
        guard status.st_mode & 0o007 == 0 else {
            throw failure(
                "The key \(key) may be read by everybody",
                remedy: "Take the others' rights: chmod o= \(key)."
            )
        }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            // The library's words may quote the files.
            throw failure(
                "The certificate \(certificate) or the key \(key) is no PEM file, or they do not fit together"
            )
        }
    }

    private static func failure(
        _ what: String,
        remedy: String = "Check serve.tls: both files, and that this user may read them."
    ) -> Failure {
        Failure(.configuration, code: "serve.certificate", what + ".", remedy: remedy)
    }
}
