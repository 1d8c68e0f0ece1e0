import SystemPackage
import WherryCore
import WherryPluginKit

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One file that `wherry fetch` was asked for.
struct FetchOrder: Sendable {
    let url: SignedURL
    /// The last part of its path, for messages.
    let name: String
    let destination: FilePath
    var size: ByteCount?
    var sha256: SHA256Digest?

    /// What the command line and the list ask for.
    ///
    /// - Throws: ``Failure`` of class `usage`, `conflict` when a file exists, or `configuration` when a folder does not.
    static func all(of command: Fetch) throws -> [FetchOrder] {
        var lines = command.urls.map { [$0] }
        if let list = command.list { lines += try read(list) }
        guard !lines.isEmpty else { throw usage("No URL was given.", "Name one, or a list of them with --list.") }
        if lines.count > 1, command.output != nil || command.sha256 != nil || command.size != nil {
            throw usage("-o, --sha256 and --size are for one URL.", "Put them into the list, see --help.")
        }
        if let digest = command.sha256, SHA256Digest(hex: digest) == nil {
            throw usage("--sha256 is not 64 hexadecimal digits.", "Give the whole digest.")
        }
        var orders: [FetchOrder] = []
        var taken: Set<FilePath> = []
        var folders: Set<FilePath> = []
        for fields in lines {
            var order = try FetchOrder(fields, output: command.output, folder: command.directory)
            order.size = order.size ?? command.size.map { ByteCount($0) }
            order.sha256 = order.sha256 ?? command.sha256.flatMap { SHA256Digest(hex: $0) }
            guard taken.insert(order.destination).inserted else {
                throw usage(
                    "Two URLs would be written to \(order.destination.string).",
                    "Name files in the list: out=."
                )
            }
            let folder = order.destination.removingLastComponent()
            if folders.insert(folder).inserted { try require(folder) }
            if !command.force, access(order.destination.string, F_OK) == 0 {
                throw Failure(
                    .conflict,
                    code: "fetch.exists",
                    "\(order.destination.string) exists.",
                    remedy: "Remove it, name another with -o, or replace it with --force."
                )
            }
            orders.append(order)
        }
        return orders
    }

    /// Makes sure that a folder is there: told once, and before anything is asked for.
    ///
    /// - Throws: ``Failure`` of class `configuration`.
    private static func require(_ folder: FilePath) throws {
        let path = folder.string.isEmpty ? "." : folder.string
        var status = stat()
        let isThere = stat(path, &status) == 0
        // What else is wrong with it, making the file tells.
        if !isThere, errno != ENOENT, errno != ENOTDIR { return }
        guard isThere, status.st_mode & S_IFMT == S_IFDIR else {
            throw Failure(
                .configuration,
                code: "fetch.no-folder",
                "There is no folder \(path).",
                remedy: "Make it, or name another with -d or -o."
            )
        }
    }

    private init(_ fields: [String], output: String?, folder: String) throws {
        let text = fields.first ?? ""
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            throw Self.usage("A URL does not begin with http:// or https://.", "Check the arguments and the list.")
        }
        url = SignedURL(text)
        let path = text.utf8.dropFirst(text.hasPrefix("https") ? 8 : 7)
            .prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let last = slash.map { String(Substring(path[path.index(after: $0)...])) } ?? ""
        name = PathTemplate.safe(last.isEmpty ? "download" : last)
        var out: String?
        for field in fields.dropFirst() {
            let parts = field.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts.first, parts.dropFirst().first) {
            case ("out", let value?): out = value
            case ("size", let value?) where Int64(value).map({ $0 >= 0 }) == true:
                size = Int64(value).map { ByteCount($0) }
            case ("sha256", let value?) where SHA256Digest(hex: value) != nil: sha256 = SHA256Digest(hex: value)
            default: throw Self.usage("The list has a field that is no out=, size= or sha256=.", "See --help.")
            }
        }
        destination = FilePath(output ?? "\(folder)/\(out ?? name)").lexicallyNormalized()
    }

    /// The file with a lease on its one URL.
    func resolved(renewing command: String?) -> ResolvedFile {
        ResolvedFile(
            file: BackupFile(position: 0, name: name, size: size, sha256: sha256),
            lease: GivenURL(url: url, renewCommand: command),
            label: destination.string
        )
    }

    private static func read(_ list: String) throws -> [[String]] {
        let text: String
        if list == "-" {
            text = Terminal.input.readAll(limit: 64 << 20)
        } else {
            do {
                text = String(decoding: try SmallFile.read(list, limit: 64 << 20).bytes, as: UTF8.self)
            } catch {
                throw usage("The list \(list) \(error.reason).", "Name a text file of URLs, one a line.")
            }
        }
        // By bytes, not by characters: lists are long.
        return text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            .filter { line in
                line.first != UInt8(ascii: "#") && line.contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            }
            .map { line in line.split(separator: UInt8(ascii: "\t")).map { String(Substring($0)) } }
    }

    private static func usage(_ message: String, _ remedy: String) -> Failure {
        Failure(.usage, code: "fetch.usage", message, remedy: remedy)
    }
}
