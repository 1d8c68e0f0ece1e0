package import WherryPrograms

/// A program that changes bytes on their way to a sink: standard input in, standard output out.
package struct Stage: Sendable, Hashable {
    /// Its name in the configuration and the catalog, such as `zstd`.
    package var name: String
    /// What it adds to the name of a file, with its dot.
    package var suffix: String
    /// What is run.
    package var program: Program

    /// Compresses with Zstandard.
    ///
    /// - Parameter level: 1 (fast) to 19 (small).
    package static func zstd(level: Int) -> Stage {
        Stage(name: "zstd", suffix: ".zst", program: Program("zstd", ["-q", "-c", "-\(level)"]))
    }

    /// Encrypts with age for these recipients; nobody here can decrypt it.
    ///
    /// - Parameters:
    ///   - recipients: public keys, `age1…` or `ssh-…`.
    ///   - files: files with one such key a line.
    package static func age(recipients: [String], files: [String]) -> Stage {
        let arguments = recipients.flatMap { ["-r", $0] } + files.flatMap { ["-R", $0] }
        return Stage(name: "age", suffix: ".age", program: Program("age", ["--encrypt"] + arguments))
    }
}
