import Foundation

/// Measures a release build of `wherry fetch` against the tools people use, see ``BenchOptions/help``; Linux only.
@main
struct TransferBench {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.contains("--help") { return print(BenchOptions.help) }
            if arguments.first == "relay" { return try Relay.serve(Array(arguments.dropFirst())) }
            exit(try measure(BenchOptions(arguments)))
        } catch {
            note("\(error)")
            exit(error is BenchError ? 64 : error is Interruption.Interrupted ? 130 : 1)
        }
    }

    /// Runs the sections asked for and prints their tables, then every bar.
    ///
    /// - Returns: the exit status: 0, 69 when a program is missing, 1 when a section could not be measured.
    private static func measure(_ options: BenchOptions) throws -> Int32 {
        let missing = Programs.missing(for: options.sections) + options.binaries.filter { access($0, X_OK) != 0 }
        guard missing.isEmpty else {
            for program in missing { note("No \(program): \(Programs.remedy(for: program))") }
            return 69
        }
        Interruption.install()
        var bars: [Bar] = []
        var failed: [String] = []
        try Bench.with(options) { bench in
            print(bench.description)
            for section in options.sections {
                do {
                    bars += try section.run(bench)
                } catch let error as Interruption.Interrupted {
                    throw error
                } catch {
                    failed.append("\(section.rawValue): \(error)")
                    note("Section \(failed.last ?? "")")
                }
            }
        }
        print(Bar.summary(bars), terminator: "")
        for failure in failed { print("not measured: \(failure)") }
        return failed.isEmpty ? 0 : 1
    }

    /// Writes a line for people to stderr.
    static func note(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
