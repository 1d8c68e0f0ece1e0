import Foundation
import TestProcesses
import Testing
import WherryTestSupport

/// `wherry serve` with a certificate, and with one address for each network.
@Suite(.timeLimit(.minutes(3)))
struct ServeTLSTests {
    /// A configuration with a depot, TLS and two addresses.
    private struct Site {
        let scratch: Scratch
        let extranet: Int
        let intranet: Int

        var program: Program { Program(folder: scratch.path) }

        init(in scratch: Scratch) async throws {
            self.scratch = scratch
            extranet = try FreePort.next()
            intranet = try FreePort.next()
            #expect(try await Program(folder: scratch.path).run("init").status == 0)
            try await certify("first")
            let config = """
                sources:
                  - name: depot
                    plugin: depot
                    options:
                      folder: depot
                      extranet_url: https://localhost:\(extranet)
                      intranet_url: https://localhost:\(intranet)
                serve:
                  listen: 127.0.0.1:\(extranet)
                  intranet_listen: 127.0.0.1:\(intranet)
                  tls: { certificate: tls.pem, key: tls.key }
                  keys:
                    - { secret_id: "file:secrets/api-key.id", secret_key: "file:secrets/api-key.secret" }

                """
            try scratch.write("wherry.yaml", Array(config.utf8))
            let added = try await program.run("depot", "add", "sessions", Fixtures.rdb("all-types"))
            #expect(added.status == 0, "\(added.all)")
        }

        /// Makes a certificate for `localhost`, and puts it where the server looks.
        func certify(_ name: String) async throws {
            let made = try await Program.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "tls.key", "-out",
                    "tls.pem", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost",
                ],
                folder: scratch.path
            )
            #expect(made.status == 0, "\(made.all)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600],
                ofItemAtPath: scratch.file("tls.key")
            )
        }

        /// Asks with curl, which trusts the certificate that is there now.
        func curl(_ arguments: String...) async throws -> Program.Outcome {
            try await Program.run(
                "/usr/bin/curl",
                ["-q", "-sS", "--max-time", "20", "--cacert", "tls.pem"] + arguments,
                folder: scratch.path
            )
        }

        func start() async throws -> ServerProcess {
            let url = "https://localhost:\(extranet)/readyz"
            return try await ServerProcess.start(program, port: extranet) {
                try await curl("-f", url).status == 0
            }
        }
    }

    @Test("An issued URL works over TLS, on its own network's address only")
    func servesBothNetworks() async throws {
        try await Scratch.with { scratch in
            let site = try await Site(in: scratch)
            let server = try await site.start()
            let backup = try await site.program.run("depot", "list", "--format", "json")
            let id = try #require(backup.output.firstMatch(of: /"backup": "([^"]+)"/)?.1)
            for (network, own, other) in [
                ("extranet", site.extranet, site.intranet), ("intranet", site.intranet, site.extranet),
            ] {
                let issued = try await site.program.run("url", "sessions", String(id), "--network", network)
                #expect(issued.status == 0, "\(issued.all)")
                let url = issued.output.trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(url.hasPrefix("https://localhost:\(own)/"))
                let got = try await site.curl("-f", "-o", "\(network).rdb", url)
                #expect(got.status == 0, "\(got.all)")
                #expect(
                    FileManager.default.contents(atPath: scratch.file("\(network).rdb"))
                        == FileManager.default.contents(atPath: Fixtures.rdb("all-types"))
                )
                let elsewhere = url.replacing("localhost:\(own)", with: "localhost:\(other)")
                let refused = try await site.curl("-o", "refused.xml", "-w", "%{http_code}", elsewhere)
                #expect(refused.output == "403", "\(refused.all)")
            }
            // Too old for anybody: the oldest version that is spoken is 1.2 (RFC 8996).
            let old = try await site.curl("--tls-max", "1.1", "https://localhost:\(site.extranet)/healthz")
            #expect(old.status == 35, "\(old.all)")
            #expect(try await server.stop() == 0)
            #expect(!server.log.contains("BEGIN"))
        }
    }

    @Test("SIGHUP brings a new certificate; a broken one changes nothing")
    func readsTheCertificateAnew() async throws {
        try await Scratch.with { scratch in
            let site = try await Site(in: scratch)
            let server = try await site.start()
            let url = "https://localhost:\(site.extranet)/healthz"
            try scratch.write("tls.key", Array("-----BEGIN PRIVATE KEY-----\nnonsense\n".utf8))
            server.signal(SIGHUP)
            try await waitFor { server.log.contains("the old certificate stays") }
            #expect(try await site.curl("-f", url).status == 0)
            try await site.certify("second")
            #expect(try await site.curl("-f", url).status == 60, "the new certificate is not in use yet")
            server.signal(SIGHUP)
            try await waitFor { server.log.contains("the certificate was read anew") }
            #expect(try await site.curl("-f", url).status == 0)
            #expect(try await server.stop() == 0)
            #expect(!server.log.contains("nonsense"))
        }
    }

    @Test("A key that everybody may read, or that is not the certificate's, is refused at the start")
    func refusesBadFiles() async throws {
        try await Scratch.with { scratch in
            let site = try await Site(in: scratch)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: scratch.file("tls.key"))
            let open = try await site.program.run("serve")
            #expect(open.status == 78)
            #expect(open.error.contains("may be read by everybody"), "\(open.all)")
            try FileManager.default.moveItem(atPath: scratch.file("tls.pem"), toPath: scratch.file("old.pem"))
            try await site.certify("other")
            try FileManager.default.removeItem(atPath: scratch.file("tls.pem"))
            try FileManager.default.moveItem(atPath: scratch.file("old.pem"), toPath: scratch.file("tls.pem"))
            let mixed = try await site.program.run("serve")
            #expect(mixed.status == 78)
            #expect(mixed.error.contains("do not fit together"), "\(mixed.all)")
        }
    }

    private func waitFor(_ condition: () -> Bool) async throws {
        for _ in 0..<200 where !condition() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(condition())
    }
}
