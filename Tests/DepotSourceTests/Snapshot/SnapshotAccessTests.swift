import DepotSource
import Foundation
import TestProcesses
import Testing
import WherryCore

/// Passwords, users and TLS.
@Suite(.timeLimit(.minutes(5)))
struct SnapshotAccessTests {
    /// One that no other process of this machine holds.
    private static let password = "pw-" + UUID().uuidString

    /// A server whose user `saver` has a password and may do no more than a snapshot needs.
    private func guarded(
        _ options: [String] = [],
        rights: String = "+info +replconf +sync",
        _ body: (LiveRedis, RedisAddress) async throws -> Void
    ) async throws {
        try await LiveRedis.with(options) { server in
            try await server.send(lines: ["ACL SETUSER saver on >\(Self.password) \(rights)", "SET k v"])
            try await body(server, RedisAddress(parsing: "unix:\(server.socket)?user=saver"))
        }
    }

    @Test func aPasswordIsSeenByNobody() async throws {
        try await guarded(["--rdb-key-save-delay", "2000"]) { server, address in
            try await TestDepot.with { depot in
                try await server.send("DEBUG", "POPULATE", "500", "key", "4000")
                let access = RedisAccess(password: Secret(Self.password))
                let task = Task { try await depot.store.snapshot(of: address, access: access, to: "orders") }
                var looks = 0
                while depot.inventory.count == 0, looks < 2_000 {
                    let children = try Processes.naming(server.socket, besides: server.pid)
                    if children.contains(where: { $0.contains("--askpass") && $0.contains("--rdb") }) { looks += 1 }
                    // A number: environments of others have no place in a log.
                    let leaks = try Processes.all().values.count {
                        $0.arguments.contains(Self.password) || $0.environment.contains(Self.password)
                    }
                    #expect(leaks == 0)
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(looks > 0)
                #expect(try await task.value.keys == 501)
            }
        }
    }

    @Test func wrongPasswordsAndMissingRightsAreRefused() async throws {
        try await guarded(rights: "+info +replconf") { server, address in
            try await TestDepot.with { depot in
                func code(_ address: RedisAddress, _ password: String?) async -> String? {
                    let access = RedisAccess(password: password.map { Secret($0) })
                    let failure = await #expect(throws: Failure.self) {
                        try await depot.store.snapshot(of: address, access: access, to: "orders")
                    }
                    #expect(failure?.failureClass == .authentication)
                    #expect(failure?.message.contains(Self.password) == false)
                    return failure?.code
                }
                #expect(await code(address, "wrong") == "snapshot.refused")
                #expect(await code(address, Self.password) == "snapshot.no-permission")
                let anonymous = RedisAddress(.socket(server.socket))
                #expect(await code(anonymous, Self.password) == "snapshot.no-password-needed")
                try await server.send(lines: ["CONFIG SET requirepass \(Self.password)"])
                #expect(await code(anonymous, nil) == "snapshot.refused")
                #expect(await code(anonymous, "wrong") == "snapshot.refused")
                #expect(depot.contents.isEmpty)
            }
        }
    }

    @Test func encryptedWithTheAuthorityThatSigned() async throws {
        try await TestDepot.with { files in
            let (certificate, key) = (files.folder + "/c.pem", files.folder + "/k.pem")
            try await LiveRedis.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                    "-keyout", key, "-out", certificate,
                ]
            )
            let port = try FreePort.next()
            let options = [
                "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate, "--tls-key-file", key,
                "--tls-ca-cert-file", certificate, "--tls-auth-clients", "no",
            ]
            try await LiveRedis.with(options) { server in
                try await TestDepot.with { depot in
                    try await server.send("SET", "k", "v")
                    let address = try RedisAddress(parsing: "rediss://127.0.0.1:\(port)")
                    let trusted = RedisAccess(authority: certificate)
                    let snapshot = try await depot.store.snapshot(of: address, access: trusted, to: "orders")
                    #expect(snapshot.keys == 1)
                    var codes: [String?] = []
                    for (url, access) in [
                        ("rediss://127.0.0.1:\(port)", RedisAccess()),
                        ("rediss://127.0.0.1:\(port)", RedisAccess(authority: "/etc/hostname")),
                        ("redis://127.0.0.1:\(port)", RedisAccess()),
                    ] {
                        let failure = await #expect(throws: Failure.self) {
                            try await depot.store.snapshot(of: RedisAddress(parsing: url), access: access, to: "orders")
                        }
                        codes.append(failure?.code)
                    }
                    #expect(codes[..<2] == ["snapshot.tls-options", "snapshot.tls"])
                    #expect(depot.inventory.count == 1)
                }
            }
        }
    }
}
