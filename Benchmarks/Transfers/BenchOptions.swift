import Foundation

/// What the command line asks for.
struct BenchOptions {
    /// The `wherry` to measure.
    var wherry = ""
    /// The `rdb-scan-bench`; nil leaves its part out.
    var scan: String?
    /// The folder in which a work folder is made; on a real disk.
    var work = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    /// How often each contender runs.
    var rounds = 7
    /// What to measure.
    var sections = Section.allCases
    /// The large file's size in MiB; the other sections' sizes follow it.
    var size = 2048

    /// What `--help` answers.
    static let help = """
        Measures wherry fetch against curl, wget, wget2, aria2 and rclone: one nginx on loopback, rounds in turn.

        transfer-bench --wherry PATH [options]
          --wherry PATH    a release build of wherry
          --scan PATH      a release build of rdb-scan-bench; without it the scan is left out
          --work FOLDER    where the files go, on a real disk (default: $TMPDIR or /var/tmp)
          --rounds N       how often each contender runs (default: 7)
          --only A,B       sections: \(Section.allCases.map(\.rawValue).joined(separator: ", "))
          --size MIB       the large file's size; the others follow it (default: 2048)
        """

    /// The programs that the command line names.
    var binaries: [String] { [wherry] + (scan.map { [$0] } ?? []) }

    /// Reads `--name value` pairs.
    ///
    /// - Throws: ``BenchError`` when a name is unknown, a value is missing or of the wrong kind, or there is no wherry.
    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError(message: "\(name) needs a value.") }
            switch name {
            case "--wherry": wherry = Self.absolute(value)
            case "--scan": scan = Self.absolute(value)
            case "--work": work = Self.absolute(value)
            case "--rounds": rounds = try Self.number(name, value)
            case "--size": size = try Self.number(name, value)
            case "--only": sections = try value.split(separator: ",").map { try Self.section(String($0)) }
            default: throw BenchError(message: "There is no option \(name).")
            }
        }
        guard !wherry.isEmpty else { throw BenchError(message: "--wherry PATH is needed: a release build.") }
    }

    /// `count`, of a run with the full size, for the size asked for.
    func scaled(_ count: Int, atLeast least: Int) -> Int { max(count * size / 2048, min(count, least)) }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func section(_ name: String) throws -> Section {
        guard let section = Section(rawValue: name) else {
            let names = Section.allCases.map(\.rawValue).joined(separator: ", ")
            throw BenchError(message: "There is no section \(name), but \(names).")
        }
        return section
    }

    private static func number(_ name: String, _ value: String) throws -> Int {
        guard let number = Int(value), number > 0 else {
            throw BenchError(message: "\(name) takes a positive number, not \(value).")
        }
        return number
    }
}

/// A command line that cannot be followed.
struct BenchError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}

/// A measurement that failed.
struct TrialError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }

    init(_ message: String) { self.message = message }

    /// A system call that failed, with what `errno` says.
    init(call: String) { self.init("\(call): \(String(cString: strerror(errno)))") }
}
