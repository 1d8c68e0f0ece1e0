import Foundation
import QCloudAPI
import TestProcesses
import Testing
import WherryTestSupport

/// The folder of a `wherry serve` with a depot, and calls to it.
struct ServeHome: Sendable {
    let scratch: Scratch
    let port: Int
    let secretID: String
    let secretKey: String

    var program: Program { Program(folder: scratch.path) }

    /// Makes one with `backups` backups.
    ///
    /// - Parameter options: further lines of the depot's options, as they stand below `options:` without its indentation.
    init(in scratch: Scratch, backups: Int, depotOptions options: [String] = []) async throws {
        self.scratch = scratch
        port = try FreePort.next()
        let program = Program(folder: scratch.path)
        #expect(try await program.run("init").status == 0)
        let config = String(
            decoding: FileManager.default.contents(atPath: scratch.file("wherry.yaml")) ?? Data(),
            as: UTF8.self
        )
        let changed = config.replacing("8378", with: String(port))
            .replacing("\nserve:\n", with: "\nserve:\n  calls_per_second: 0\n")
            .replacing(
                "      folder: depot\n",
                with: "      folder: depot\n" + options.map { "      \($0)\n" }.joined()
            )
        try scratch.write("wherry.yaml", Array(changed.utf8))
        for number in 0..<backups {
            let added = try await program.run("depot", "add", "orders-\(number)", Fixtures.rdb("all-types"))
            #expect(added.status == 0, "\(added.all)")
        }
        func secret(_ name: String) -> String {
            String(decoding: FileManager.default.contents(atPath: scratch.file(name)) ?? Data(), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        secretID = secret("secrets/api-key.id")
        secretKey = secret("secrets/api-key.secret")
    }

    /// Ids of instances with those of their backups.
    func backups() async throws -> [(instance: String, backup: String)] {
        let listed = try await program.run("depot", "list", "--format", "json", "--limit", "1000")
        return listed.output.matches(of: /"instance": "([^"]+)", "backup": "([^"]+)"/).map {
            (String($0.1), String($0.2))
        }
    }

    /// A signed call of API 2.0 as the body of a POST.
    func signed(_ action: String, _ parameters: [String: String]) -> String {
        let fields = parameters.sorted { $0.key < $1.key }.map { FormParameters.Field(name: $0.key, value: $0.value) }
        return CRSRequest.signed(
            action: action,
            parameters: FormParameters(fields),
            credentials: CRSCredentials(secretId: secretID, secretKey: secretKey),
            region: "ap-guangzhou",
            host: "127.0.0.1:\(port)",
            verb: .post,
            timestamp: Int64(Date().timeIntervalSince1970),
            nonce: .random(in: 1...(.max / 2))
        ).encoded()
    }

    /// The answer to a call of API 2.0.
    func call(_ action: String, _ parameters: [String: String]) async throws -> [UInt8] {
        let body = Array(signed(action, parameters).utf8)
        return try await HTTPProbe.send("POST", "http://127.0.0.1:\(port)\(CRSRequest.path)", body: body).body
    }

    /// The answer to a call of API 3.0.
    ///
    /// - Throws: `V3Error`.
    func call<Request: V3ActionRequest>(_ request: Request) async throws -> Request.Response {
        let signer = V3Signer(
            credentials: CRSCredentials(secretId: secretID, secretKey: secretKey),
            host: "127.0.0.1:\(port)",
            region: "ap-guangzhou",
            scheme: .tc3,
            verb: .post
        )
        let message = signer.message(
            action: Request.action,
            parameters: request.parameters,
            timestamp: Int64(Date().timeIntervalSince1970),
            nonce: .random(in: 1...(.max / 2))
        )
        let reply = try await HTTPProbe.send(
            "POST",
            "http://127.0.0.1:\(port)\(message.path)",
            headers: message.headers.filter { $0.name != "Host" }.map { ($0.name, $0.value) },
            body: message.body
        )
        return try V3Answer<Request.Response>(decoding: reply.body).response
    }

    /// The URL that is given out for a backup.
    func url(_ instance: String, _ backup: String) async throws -> String {
        let answer = try await call("GetBackupDownloadUrl", ["redisId": instance, "backupId": backup])
        return try GetBackupDownloadURLResponse(decoding: answer).url.extranet
    }
}
