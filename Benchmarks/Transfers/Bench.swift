import Foundation

/// What every section works with: a folder, a web server, and a way of running programs.
struct Bench {
    let options: BenchOptions
    let folder: String
    let nginx: Nginx

    /// Where the web server's files are.
    var site: String { "\(folder)/www" }
    /// Where the contenders write.
    var output: String { "\(folder)/out" }

    /// Runs `body` with a server, and removes everything then.
    static func with(_ options: BenchOptions, _ body: (Bench) throws -> Void) throws {
        let folder = "\(options.work)/transfer-bench-\(getpid())"
        let files = FileManager.default
        guard let path = realpath(options.work, nil) else {
            throw BenchError(message: "\(options.work) is no folder.")
        }
        defer { free(path) }
        guard fileSystem(of: String(cString: path)) != "tmpfs" else {
            throw BenchError(message: "\(options.work) is in memory; name a folder on a disk with --work.")
        }
        try files.createDirectory(atPath: "\(folder)/www", withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: folder) }
        let nginx = try Nginx(folder: folder)
        defer { nginx.end() }
        try body(Bench(options: options, folder: folder, nginx: nginx))
    }

    /// Runs a program to its end.
    ///
    /// - Throws: ``TrialError`` when it fails, with the end of what it said.
    func run(_ program: String, _ arguments: [String]) throws -> Cost {
        let log = "\(folder)/output.log"
        let (cost, status) = try Child(program, arguments, log: log, home: folder).wait()
        guard status == 0 else {
            let words = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw TrialError("\(program) ended with \(status): \(words.suffix(400))")
        }
        return cost
    }

    /// Makes a file of random bytes for the server.
    func publish(_ name: String, bytes: Int, seed: UInt64 = 1) throws {
        try RandomBytes(seed: seed).write(bytes, to: "\(site)/\(name)")
    }

    /// Removes something the server has.
    func withdraw(_ name: String) {
        try? FileManager.default.removeItem(atPath: "\(site)/\(name)")
    }

    /// What runs, in one line.
    var description: String {
        let host = ProcessInfo.processInfo
        return [
            "transfer-bench: \(options.rounds) rounds", "\(options.size) MiB",
            "\(host.activeProcessorCount) processors", "\(host.physicalMemory >> 30) GiB of memory",
            "kernel \(Self.kernel)", "in \(options.work)",
        ].joined(separator: ", ")
    }

    /// The kind of file system at a path, as /proc has it.
    private static func fileSystem(of path: String) -> String? {
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        let fields = mounts.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 }
        let around = fields.filter { $0[1] == "/" || "\(path)/".hasPrefix("\($0[1])/") }
        return around.max { $0[1].count < $1[1].count }.map { String($0[2]) }
    }

    private static var kernel: String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        return (text ?? "unknown").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
