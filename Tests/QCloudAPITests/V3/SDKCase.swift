import Foundation
import QCloudAPI
import TestProcesses
import Testing

/// One call that the vendor's Python SDK signed, as scripts/sdk-signatures prints it.
struct SDKCase: Decodable {
    struct Call: Decodable {
        let method: String
        let path: String
        let query: String
        let headers: [[String]]
        let body: String
    }

    let call: Call
    let action: String
    let region: String?
    let token: String?
    let language: String?
    let timestamp: Int64
    let secretID: String
    let secretKey: String
    let host: String
    let scheme: String
    let isMultipart: Bool
    let isUnsigned: Bool
    /// The parameters as pairs, as the SDK flattened them.
    let flat: [[String]]
    private let given: V3Value

    private enum CodingKeys: String, CodingKey {
        case call, action, region, token, language, timestamp, secretID, secretKey, host, scheme, isMultipart
        case isUnsigned, flat
        case given = "parameters"
    }

    /// The parameters that the SDK was given.
    var parameters: V3Object {
        if case .object(let object) = given { object } else { [:] }
    }

    /// The parameters as pairs.
    var form: FormParameters { FormParameters(flat.map { FormParameters.Field(name: $0[0], value: $0[1]) }) }

    /// The request as it goes over the wire.
    var message: V3Message {
        get throws {
            let digits = Array(call.body.utf8)
            let body = try stride(from: 0, to: digits.count, by: 2).map { index in
                try #require(UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16))
            }
            return V3Message(
                verb: try #require(CRSVerb(rawValue: call.method)),
                path: call.path,
                query: call.query,
                headers: call.headers.map { V3Message.Header(name: $0[0], value: $0[1]) },
                body: body
            )
        }
    }

    // MARK: - Making

    /// Has the SDK sign calls, on a thread of its own: the task pool's threads are few, and other tests need them.
    ///
    /// - Throws: ``SDKMissing`` when there is no Python with the SDKs, or when the script fails.
    static func make(_ kind: String, count: Int, seed: String) async throws -> [SDKCase] {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try cases([kind, String(count), seed]) }) }.start()
        }
    }

    private static func cases(_ arguments: [String]) throws -> [SDKCase] {
        let root = try #require(packageRoot, "This test must be below the package's folder.")
        let chosen = ProcessInfo.processInfo.environment["WHERRY_SDK_PYTHON"]
        let python = chosen ?? root.appending(path: ".build/sdk/bin/python3").path
        guard FileManager.default.isExecutableFile(atPath: python) else { throw SDKMissing(python: python) }
        let output = FileManager.default.temporaryDirectory.appending(path: "wherry-sdk-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }  // what cannot be removed is the system's to clean up
        let script = root.appending(path: "scripts/sdk-signatures").path
        let process = try ChildProcess(python, [script] + arguments, output: output.path)
        guard process.wait() == 0 else { throw SDKMissing(python: python) }
        let decoder = JSONDecoder()
        return try Data(contentsOf: output).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(SDKCase.self, from: $0)
        }
    }

    private static var packageRoot: URL? {
        var folder = URL(filePath: #filePath)
        while folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path) { return folder }
        }
        return nil
    }
}

/// There is no Python with the vendor's SDKs.
struct SDKMissing: Error, CustomStringConvertible {
    let python: String

    var description: String {
        "\(python) does not run scripts/sdk-signatures. Run `scripts/setup test`, which makes it; for another Python "
            + "with scripts/sdk-requirements.txt, name it in WHERRY_SDK_PYTHON."
    }
}
