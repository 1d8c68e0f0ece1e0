import Foundation
import Testing
import WherryTestSupport

/// The provider's own clients for Python, unmodified, pointed at a provider in this process.
struct SDK: Sendable {
    /// One of the clients, with how it calls.
    struct Client: Sendable, CustomTestStringConvertible {
        var dialect = "v3"
        var method: String
        var sign: String
        var testDescription: String { "\(dialect) \(method) \(sign)" }
    }

    /// One call.
    struct Call: Encodable, Sendable {
        var action: String
        var parameters: [String: Value] = [:]
    }

    /// A parameter's value.
    enum Value: Encodable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
        ExpressibleByArrayLiteral
    {
        case text(String)
        case number(Int)
        case list([Value])

        init(stringLiteral value: String) { self = .text(value) }
        init(integerLiteral value: Int) { self = .number(value) }
        init(arrayLiteral elements: Value...) { self = .list(elements) }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .list(let list): try container.encode(list)
            }
        }
    }

    /// What a client made of an answer.
    struct Outcome: Decodable, Sendable {
        struct Fault: Decodable, Sendable {
            var type: String
            var code: String
            var message: String
            var requestId: String?
        }

        var answer: JSON?
        var error: Fault?
    }

    let provider: Provider
    let scratch: Scratch

    /// Makes calls, one after another, with the script sdk-calls.
    func call(_ client: Client, _ calls: [Call]) async throws -> [Outcome] {
        var arguments = ["scripts/sdk-calls", client.dialect, "127.0.0.1:\(provider.port)", client.method, client.sign]
        if client.dialect == "v2" { arguments.append(try await certificate()) }
        let encoder = JSONEncoder()
        let lines = try calls.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        let outcome = try await run("python3", arguments, input: lines.joined())
        #expect(outcome.status == 0, "\(outcome.all)")
        let decoder = JSONDecoder()
        return try outcome.output.split(separator: "\n").map {
            try decoder.decode(Outcome.self, from: Data($0.utf8))
        }
    }

    /// Makes one call that must succeed.
    func answer(_ client: Client, _ action: String, _ parameters: [String: Value] = [:]) async throws -> JSON {
        let outcome = try await call(client, [Call(action: action, parameters: parameters)]).first
        return try #require(outcome?.answer, "\(outcome?.error.map { "\($0)" } ?? "no answer")")
    }

    /// Runs the provider's command line.
    func tccli(_ arguments: String...) async throws -> Program.Outcome {
        let endpoint = ["--endpoint", provider.endpoint, "--region", "ap-guangzhou"]
        return try await run("tccli", ["redis"] + arguments + endpoint)
    }

    private func run(_ name: String, _ arguments: [String], input: String? = nil) async throws -> Program.Outcome {
        let root = URL(fileURLWithPath: Fixtures.folder).deletingLastPathComponent().deletingLastPathComponent().path
        let program = root + "/.build/sdk/bin/" + name
        try #require(FileManager.default.isExecutableFile(atPath: program), "Run scripts/setup test first.")
        return try await Program.run(
            program,
            arguments,
            folder: root,
            environment: [
                "SDK_SECRET_ID": Provider.secretID, "SDK_SECRET_KEY": Provider.secretKey, "HOME": scratch.path,
                "TENCENTCLOUD_SECRET_ID": Provider.secretID, "TENCENTCLOUD_SECRET_KEY": Provider.secretKey,
            ],
            input: input
        )
    }

    /// A key and a certificate for the provider's host of API 2.0, in one file.
    private func certificate() async throws -> String {
        let file = scratch.file("sdk.pem")
        if FileManager.default.fileExists(atPath: file) { return file }
        let made = try await Program.run(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", file, "-out",
                file + ".crt", "-subj", "/CN=redis.api.qcloud.com", "-addext",
                "subjectAltName=DNS:redis.api.qcloud.com",
            ],
            folder: scratch.path
        )
        #expect(made.status == 0, "\(made.all)")
        let text = try Data(contentsOf: URL(fileURLWithPath: file + ".crt"))
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: text)
        try handle.close()
        return file
    }
}
