import ArgumentParser
import Synchronization
import UnixSignals
import WherryCore
import WherryPluginKit
import WherryTransfer

/// The command `wherry fetch`.
struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download files by URL: over many connections, resumed, verified, published atomically.",
        discussion: """
            The engine of `wherry run` as a plain downloader; it needs no configuration and records nothing. A file
            appears under its name only when it is whole and durable: until then it is NAME.part, with what is done in
            NAME.part.journal, and the same command goes on with it, whatever stopped it.

            A URL on the command line can be seen by every user of the machine; give signed ones with --list. Its lines
            are `URL`, or `URL` and any of `out=NAME`, `size=BYTES` and `sha256=HEX` after tabs. Nothing is fetched when one
            of the files exists, or a folder for one does not.

            EXAMPLES
              wherry fetch https://backups.example/dump.rdb -o orders.rdb --sha256 9f86d0…
              wherry url crs-1 backup-2 | wherry fetch --list - -o orders.rdb
              wherry fetch --list files.txt -d /srv/in --jobs 16
            """
    )

    @Argument(help: "The URLs.")
    var urls: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; for one URL.", valueName: "file"))
    var output: String?

    @Option(name: [.customShort("d"), .long], help: ArgumentHelp("The folder for files without -o.", valueName: "dir"))
    var directory = "."

    @Option(help: ArgumentHelp("Read URLs from a file, one a line; - for standard input.", valueName: "file"))
    var list: String?

    @Option(help: ArgumentHelp("Connections for one file: a number, or auto.", valueName: "n|auto"))
    var conns = ConnectionChoice.automatic

    @Option(help: ArgumentHelp("Files at the same time.", valueName: "n"))
    var jobs = 8

    @Option(help: ArgumentHelp("The SHA-256 the file must have; for one URL.", valueName: "hex"))
    var sha256: String?

    @Option(help: ArgumentHelp("The bytes the file must have; for one URL.", valueName: "bytes"))
    var size: Int64?

    @Option(help: ArgumentHelp("Give a connection up that brings nothing for so long.", valueName: "seconds"))
    var timeout: Double = 30

    @Option(help: ArgumentHelp("How many failures in a row are borne.", valueName: "n"))
    var retries = 5

    @Option(
        help: ArgumentHelp(
            "The most bytes a second for all files: 10M, or a timetable as in docs/operations.md.",
            valueName: "limit"
        )
    )
    var limitRate: String?

    @Option(
        help: ArgumentHelp(
            "A shell command that prints a fresh URL, for when the server refuses the one it has.",
            valueName: "command"
        )
    )
    var renewCommand: String?

    @Flag(help: "Replace files that exist.")
    var force = false

    @Flag(help: "Print one JSON object a file instead of text.")
    var json = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        let orders = try FetchOrder.all(of: self)
        let printer = FetchPrinter(json: json, quiet: quiet, isOne: orders.count == 1)
        let settings = try settings
        let (end, signal) = try await Interruptible.run { () -> Result<Int32?, CancellationError> in
            do {
                let failed = try await printer.showingProgress(orders.count) {
                    try await fetch(orders, settings, printer)
                }
                return .success(failed)
            } catch let error as CancellationError {
                return .failure(error)
            }
        }
        // A signal that came when all was done stopped nothing.
        if case .failure = end, let signal { throw ExitCode(signal.exitCode) }
        let failed = try end.get()
        printer.finish()
        if let failed { throw ExitCode(failed) }
    }

    private var gate: BandwidthGate? {
        get throws {
            guard let limitRate else { return nil }
            return BandwidthGate([
                BandwidthLimiter(try BandwidthSchedule(argument: limitRate), wallClock: SystemClock())
            ])
        }
    }

    private var settings: TransferSettings {
        get throws {
            guard timeout > 0, timeout <= 86_400, (1...100).contains(retries), (1...256).contains(jobs) else {
                throw Failure(
                    .usage,
                    code: "fetch.bad-option",
                    "--timeout, --retries or --jobs is out of its range.",
                    remedy: "Give a timeout above 0, 1 to 100 retries, 1 to 256 jobs."
                )
            }
            var settings = TransferSettings()
            settings.stallTimeout = .milliseconds(Int64(timeout * 1_000))
            settings.backoff = Backoff(limit: retries)
            if case .fixed(let count) = conns { (settings.connections, settings.isAdaptive) = (count, false) }
            return settings
        }
    }

    /// Fetches everything.
    ///
    /// - Returns: the exit status of the failures; nil when there were none.
    private func fetch(
        _ orders: [FetchOrder],
        _ settings: TransferSettings,
        _ printer: FetchPrinter
    ) async throws -> Int32? {
        let gate = try gate
        return try await HTTPConnections.with { connections in
            let fetcher = FileFetcher(
                connections: connections,
                clock: SystemClock(),
                observer: printer,
                settings: settings,
                gate: gate,
                random: { UInt64.random(in: .min ... .max) }
            )
            let (events, feed) = AsyncStream<FetchPace.Event>.makeStream()
            let failures = FetchFailures()
            // A group with results keeps one for each task until it is asked for.
            return try await withThrowingDiscardingTaskGroup { group in
                var pace = FetchPace(jobs: jobs)
                var waiting = orders[...]
                var iterator = events.makeAsyncIterator()
                while true {
                    while pace.hasRoom, let order = waiting.popFirst() {
                        pace.begin()
                        group.addTask { try await fetch(order, fetcher, printer, failures) { feed.yield($0) } }
                    }
                    guard !pace.isIdle, let event = await iterator.next() else { break }
                    pace.note(event)
                }
                guard waiting.isEmpty, pace.isIdle else { throw CancellationError() }
                return failures.exitCode(of: orders.count)
            }
        }
    }

    private func fetch(
        _ order: FetchOrder,
        _ fetcher: FileFetcher,
        _ printer: FetchPrinter,
        _ failures: FetchFailures,
        _ tell: @escaping @Sendable (FetchPace.Event) -> Void
    ) async throws {
        let isVerified = Atomic(false)
        defer { tell(.ended(wasVerified: isVerified.load(ordering: .relaxed))) }
        do {
            let file = order.resolved(renewing: renewCommand)
            let fetched = try await fetcher.fetch(file, to: order.destination) {
                isVerified.store(true, ordering: .relaxed)
                tell(.verified)
            }
            printer.fetched(order, fetched)
        } catch {
            try Task.checkCancellation()
            let failure = Failure.wrap(error, during: "fetching \(order.name)")
            printer.failed(order, failure)
            failures.note(failure)
        }
    }
}

/// How many connections a file gets.
enum ConnectionChoice: ExpressibleByArgument, CustomStringConvertible {
    /// As many as make it faster.
    case automatic
    /// So many.
    case fixed(Int)

    init?(argument: String) {
        if argument == "auto" {
            self = .automatic
        } else if let number = Int(argument), (1...64).contains(number) {
            self = .fixed(number)
        } else {
            return nil
        }
    }

    var description: String {
        switch self {
        case .automatic: "auto"
        case .fixed(let count): "\(count)"
        }
    }
}

extension BandwidthSchedule {
    /// Reads what stands on the command line.
    ///
    /// - Throws: ``Failure`` of class `usage`.
    init(argument: String) throws {
        do {
            try self.init(argument)
        } catch {
            var failure = error
            failure.failureClass = .usage
            throw failure
        }
    }
}
