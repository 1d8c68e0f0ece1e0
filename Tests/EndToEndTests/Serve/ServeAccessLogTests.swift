import Foundation
import QCloudAPI
import Testing
import WherryTestSupport

/// The access log of a real `wherry serve`.
@Suite(.timeLimit(.minutes(3)))
struct ServeAccessLogTests {
    private func home(in scratch: Scratch) async throws -> ServeHome {
        let home = try await ServeHome(in: scratch, backups: 1)
        let config = String(
            decoding: FileManager.default.contents(atPath: scratch.file("wherry.yaml")) ?? Data(),
            as: UTF8.self
        )
        let changed = config.replacing("\nserve:\n", with: "\nserve:\n  access_log: access.log\n")
        try scratch.write("wherry.yaml", Array(changed.utf8))
        return home
    }

    /// The lines that are no question of the test whether the server is up.
    private func lines(_ path: String) throws -> [[String: Any]] {
        try text(path).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }.filter { $0["dialect"] as? String != "health" }
    }

    private func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private func callV3(_ home: ServeHome) async throws -> HTTPProbe.Reply {
        let message = V3Signer(
            credentials: CRSCredentials(secretId: home.secretID, secretKey: home.secretKey),
            host: "127.0.0.1:\(home.port)",
            region: "ap-guangzhou",
            scheme: .tc3,
            verb: .post
        ).message(
            action: "DescribeInstances",
            parameters: [:],
            timestamp: Int64(Date().timeIntervalSince1970),
            nonce: 1
        )
        return try await HTTPProbe.send(
            "POST",
            "http://127.0.0.1:\(home.port)/",
            headers: message.headers.filter { $0.name != "Host" }.map { ($0.name, $0.value) },
            body: message.body
        )
    }

    @Test("Each request is a line with its id, and nothing that opens a file is in any")
    func writesLines() async throws {
        try await Scratch.with { scratch in
            let home = try await home(in: scratch)
            let server = try await ServerProcess.start(home.program, port: home.port)
            let backup = try #require(try await home.backups().first)
            let call = home.signed(
                "GetBackupDownloadUrl",
                ["redisId": backup.instance, "backupId": backup.backup]
            )
            let api = "http://127.0.0.1:\(home.port)\(CRSRequest.path)"
            let api2 = try await HTTPProbe.send("POST", api, body: Array(call.utf8))
            let url = try GetBackupDownloadURLResponse(decoding: api2.body).url.extranet
            let api3 = try await callV3(home)
            let download = try await HTTPProbe.send("GET", url, headers: [("user-agent", "wget \"1\"\t\(url)")])
            #expect(download.status == 200)
            let refused = try await HTTPProbe.send("GET", url + "LEAKMARK")
            #expect(refused.status == 403)
            let encoded = url.replacing("?", with: "%3F")
            #expect(try await HTTPProbe.send("GET", encoded).status >= 400)
            #expect(try await server.stop() == 0)

            let log = scratch.file("access.log")
            let lines = try lines(log)
            #expect(lines.map { $0["dialect"] as? String } == ["api2", "api3", "download", "download", "download"])
            #expect(lines.map { $0["status"] as? Int } == [200, 200, 200, 403, 403])
            let ids = [api2, api3, download, refused].map { $0.header("x-wherry-request-id") }
            #expect(lines.prefix(4).map { $0["request_id"] as? String } == ids)
            #expect(
                lines.map { $0["action"] as? String }
                    == ["GetBackupDownloadUrl", "DescribeInstances", nil, nil, nil]
            )
            #expect(
                lines.prefix(2).map { $0["caller"] as? String } == ["api:\(home.secretID)", "api:\(home.secretID)"]
            )
            #expect(lines.prefix(2).map { $0["code"] as? String } == ["0", "0"])
            #expect(lines[2]["bytes"] as? Int == download.body.count)
            #expect(lines.allSatisfy { $0["client"] as? String == "127.0.0.1" && $0["listener"] as? String == "both" })

            let all = text(log) + server.log
            let query = try #require(url.split(separator: "?").last)
            let values = query.split(separator: "&").compactMap { $0.split(separator: "=").last }
            for secret in values.filter({ $0.count > 8 }) + ["LEAKMARK", Substring(home.secretKey)] {
                #expect(!all.contains(secret))
            }
            #expect(!server.log.contains("answered"))
            let mode = try FileManager.default.attributesOfItem(atPath: log)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("SIGHUP after a rename makes a new file; nothing is lost")
    func reopens() async throws {
        try await Scratch.with { scratch in
            let home = try await home(in: scratch)
            let server = try await ServerProcess.start(home.program, port: home.port)
            let log = scratch.file("access.log")
            let before = try await callV3(home)
            try FileManager.default.moveItem(atPath: log, toPath: log + ".1")
            server.signal(SIGHUP)
            for _ in 0..<400 where !server.log.contains("opened anew") {
                try await Task.sleep(for: .milliseconds(50))
            }
            let after = try await callV3(home)
            #expect(try await server.stop() == 0)
            let name = "x-wherry-request-id"
            #expect(try lines(log + ".1").map { $0["request_id"] as? String } == [before.header(name)])
            #expect(try lines(log).map { $0["request_id"] as? String } == [after.header(name)])
        }
    }

    @Test("A full disk stops no request; a log that cannot be is refused at the start")
    func survivesAFullDisk() async throws {
        try await Scratch.with { scratch in
            let home = try await home(in: scratch)
            let config = text(scratch.file("wherry.yaml"))
            try scratch.write("wherry.yaml", Array(config.replacing(": access.log", with: ": /dev/full").utf8))
            let server = try await ServerProcess.start(home.program, port: home.port)
            for _ in 0..<3 {
                #expect(try await callV3(home).status == 200)
                try await Task.sleep(for: .milliseconds(400))
            }
            #expect(try await server.stop() == 0)
            #expect(server.log.components(separatedBy: "the access log cannot be written").count == 2)
            #expect(server.log.contains("lines of the access log were dropped"))
            try scratch.write("wherry.yaml", Array(config.replacing(": access.log", with: ": no/where.log").utf8))
            let refused = try await home.program.run("serve")
            #expect(refused.status == 78)
            #expect(refused.error.contains("serve.access_log"), "\(refused.all)")
        }
    }
}
