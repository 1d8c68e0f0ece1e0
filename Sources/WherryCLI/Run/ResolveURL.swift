public import ArgumentParser
import WherryCatalog
public import WherryCore
import WherryEngine

/// The command `wherry url`.
struct ResolveURL: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "url",
        abstract: "Print a valid download URL for each file of a backup, and record it.",
        discussion: """
            A recorded URL with enough life left is given again; else, and from a depot always, a new one is issued. The
            whole URL goes to
            standard output: whoever sees it can fetch the backup until it expires.

            EXAMPLES
              wherry url crs-c7xq4kqu fb8d2cd6-f6ee-11e6-ac36-525400394272
              wherry url crs-1 backup-2 --network intranet --format json
              wherry url crs-1 backup-2 --shard 0
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The instance's id.")
    var instance: String

    @Argument(help: "The backup's id.")
    var backup: String

    @Option(help: "The source to ask; needed when there are several.")
    var source: String?

    @Option(help: "intranet or extranet; else what the source prefers.")
    var network: Network?

    @Option(help: ArgumentHelp("Only the URL of this file, counted from 0.", valueName: "number"))
    var shard: Int?

    @Option(help: "table prints bare URLs, one a line; json and csv everything that is known.")
    var format = OutputFormat.table

    @Flag(help: "Ask for new URLs even where recorded ones still work.")
    var fresh = false

    func run() async throws {
        try await Composition.with(global) { composition in
            let only = try await composition.onlySource(named: source)
            let key = Backup.Key(instance: .init(rawValue: instance), backup: .init(rawValue: backup))
            let files = try await Caller.$current.withValue(composition.person) {
                try await composition.resolver.resolve(key, from: only, fresh: fresh)
            }
            try show(chosen(from: files), preferred: network ?? only.networks.preferred, source: only)
        }
    }

    private func chosen(from files: [RecordedFile]) throws -> [RecordedFile] {
        guard let shard else { return files }
        let file = files.first { $0.issued.file.position == shard }
        guard let file else {
            throw Failure(
                .notFound,
                code: "backup.no-such-file",
                "The backup \(backup) of \(instance) has no file \(shard); it has \(files.count), counted from 0.",
                remedy: "Leave --shard out to see all of them."
            )
        }
        return [file]
    }

    private func show(_ files: [RecordedFile], preferred: Network, source: ConfiguredSource) throws {
        let rows = try files.map { file -> (RecordedFile, IssuedURL) in
            if let url = file.url(on: preferred) { return (file, url) }
            if network == nil, let url = file.url(on: preferred.other) { return (file, url) }
            throw Failure(
                .unsupported,
                code: "lease.no-url",
                "The source \(source.name) issued no \(preferred.rawValue) URL.",
                remedy: "Try --network \(preferred.other.rawValue)."
            )
        }
        guard format != .table else {
            return Terminal.output.write(rows.map { $0.1.url.text + "\n" }.joined())
        }
        let table = ResultTable(
            columns: ["shard", "file", "size_bytes", "network", "url", "issued_at", "expires_at"],
            rows: rows.map { file, url in
                [
                    .integer(Int64(file.issued.file.position)), .text(file.issued.file.name),
                    file.issued.file.size.map { .integer($0.bytes) } ?? .null, .text(url.network.rawValue),
                    .text(url.url.text), .text(url.issuedAt.description), .text(url.expiresAt.description),
                ]
            }
        )
        Terminal.output.write(Output.render(table, as: format))
    }
}

extension Network: ExpressibleByArgument {}
