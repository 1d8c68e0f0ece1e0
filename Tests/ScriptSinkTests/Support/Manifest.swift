import Foundation
import Testing

/// A Kubernetes manifest, read by a real reader of YAML and compared with the schemas that Kubernetes publishes.
struct Manifest: Sendable {
    /// What the tests look at.
    struct Document: Decodable, Sendable {
        struct Metadata: Decodable, Sendable { var name: String }
        struct Spec: Decodable, Sendable {
            var completionMode: String
            var completions: Int
            var parallelism: Int
            var backoffLimitPerIndex: Int
        }

        var kind: String
        var metadata: Metadata
        var stringData: [String: String]?
        var data: [String: String]?
        var spec: Spec?
    }

    let documents: [Document]

    /// Reads the file; the schemas are those of the oldest version that has all we need, and of the newest.
    init(_ path: String, in world: World) async throws {
        let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
        let python = "\(root)/.build/sdk/bin/python3"
        try #require(FileManager.default.isExecutableFile(atPath: python), "Run scripts/setup test first.")
        let words = [python, "\(root)/scripts/read-manifest", path, "1.31", "1.37"]
        let result = try await Command.run(words, in: world.root)
        try #require(result.status == 0, "\(result.errors)")
        documents = try result.output.split(separator: "\n").map {
            try JSONDecoder().decode(Document.self, from: Data($0.utf8))
        }
    }

    /// The documents of a kind.
    func all(_ kind: String) -> [Document] { documents.filter { $0.kind == kind } }
}
