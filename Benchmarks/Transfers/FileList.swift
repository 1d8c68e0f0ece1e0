import Foundation

/// Many small files of the bench's server, and their addresses in the forms that clients read.
struct FileList {
    let count: Int
    /// Bytes of each.
    static let size = 64 << 10

    private let bench: Bench

    /// Makes the files, in a folder of the site.
    init(_ bench: Bench, count: Int) throws {
        self.bench = bench
        self.count = count
        let folder = "\(bench.site)/small"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 0..<count {
            try RandomBytes(seed: UInt64(number)).write(Self.size, to: "\(folder)/\(Self.name(number))")
        }
    }

    /// Removes them.
    func withdraw() { bench.withdraw("small") }

    /// Writes the lists, with the addresses that `link` makes of names.
    func job(_ link: (String) -> String) throws -> Contender.Job {
        let links = (0..<count).map { link("small/\(Self.name($0))") }
        let list = "\(bench.folder)/list.txt"
        let configuration = "\(bench.folder)/curl.conf"
        try (links.joined(separator: "\n") + "\n").write(toFile: list, atomically: false, encoding: .utf8)
        try links.map { "url = \"\($0)\"\n" }.joined()
            .write(toFile: configuration, atomically: false, encoding: .utf8)
        return Contender.Job(list: list, curlConfiguration: configuration, folder: bench.output)
    }

    private static func name(_ number: Int) -> String { "object-\(number).bin" }
}
