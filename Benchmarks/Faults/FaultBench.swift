import Foundation
import WherryTestSupport

/// Runs the corpus of faults against download tools and prints a Markdown table.
///
/// `fault-bench [--wherry PATH] [--only NAME-PART] [--size BYTES] [--jobs N] [--deadline SECONDS]`
@main
struct FaultBench {
    static func main() async throws {
        let options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
        let tools = Tool.installed(wherry: options.wherry, note: note)
        let behaviors = FaultCorpus.all.filter { options.only.isEmpty || $0.name.contains(options.only) }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "fault-bench-\(getpid())")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let cells = try await run(behaviors, tools, options, in: scratch)
        print(Table(behaviors: behaviors, tools: tools, cells: cells, size: options.size).markdown)
    }

    /// Runs every case, `options.jobs` at a time.
    private static func run(
        _ behaviors: [FaultBehavior],
        _ tools: [Tool],
        _ options: BenchOptions,
        in scratch: URL
    ) async throws -> [CellKey: Cell] {
        let keys = behaviors.indices.flatMap { row in tools.indices.map { CellKey(row: row, column: $0) } }
        return try await withThrowingTaskGroup(of: (CellKey, Cell).self) { group in
            var cells: [CellKey: Cell] = [:]
            var rest = keys[...]
            while cells.count < keys.count {
                while keys.count - rest.count - cells.count < options.jobs, let key = rest.popFirst() {
                    let folder = scratch.appending(path: "\(key.row)-\(key.column)")
                    let trial = Trial(
                        behavior: behaviors[key.row],
                        tool: tools[key.column],
                        object: FaultObject(seed: 7, size: options.size),
                        folder: folder,
                        deadline: .seconds(options.deadline)
                    )
                    group.addTask { (key, try await trial.run()) }
                }
                guard let (key, cell) = try await group.next() else { break }
                cells[key] = cell
                let line = "\(behaviors[key.row].name) \(tools[key.column].name): \(cell.detail)"
                note("[\(cells.count)/\(keys.count)] \(line)")
            }
            return cells
        }
    }

    /// Writes a line for people to stderr.
    private static func note(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
