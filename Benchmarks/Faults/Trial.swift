import Foundation
import WherryTestSupport

/// One tool against one behavior.
struct Trial: Sendable {
    let behavior: FaultBehavior
    let tool: Tool
    let object: FaultObject
    let folder: URL
    let deadline: Duration

    /// Runs the tool in a folder of its own and judges what it leaves.
    func run() async throws -> Cell {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await FaultServer.with(behavior, object: object) { server in
            let file = folder.appending(path: "object.bin")
            let end = ContinuousClock.now + deadline
            let start = ContinuousClock.now
            var status: Int32? = 0
            for _ in 0..<tool.runs {
                let job = Tool.Job(link: server.issue(), file: file.path(), renewal: server.renewalAddress)
                status = try await Child.run(tool.program, tool.arguments(job), until: end)
                guard let status, status != 0 else { break }
            }
            let records = server.records
            return Cell(
                verdict: try verdict(status, file),
                duration: start.duration(to: .now),
                requests: records.count,
                objectBytes: records.objectBytes
            )
        }
    }

    private func verdict(_ status: Int32?, _ file: URL) throws -> Cell.Verdict {
        guard let status else { return .hangs }
        let isThere = FileManager.default.fileExists(atPath: file.path())
        let isRight = isThere ? try isExact(file) : false
        if status == 0 { return isRight ? .ok : .wrong }
        return isThere && !isRight ? .partial : .fails
    }

    /// Whether the file is one version of the object, in whole.
    private func isExact(_ file: URL) throws -> Bool {
        let data = try Data(contentsOf: file, options: .mappedIfSafe)
        return behavior.versions(object).contains { version in
            guard data.count == Int(version.size) else { return false }
            var offset = 0
            var isSame = true
            version.forEachPiece { piece in
                isSame = isSame && data[offset..<offset + piece.count].elementsEqual(piece)
                offset += piece.count
            }
            return isSame
        }
    }
}
