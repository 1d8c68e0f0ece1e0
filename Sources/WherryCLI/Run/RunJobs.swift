import ArgumentParser
import ServiceLifecycle
import UnixSignals
import WherryCatalog
import WherryCore
import WherryEngine
import WherryTransfer

/// The command `wherry run`.
struct RunJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run jobs now: list, plan, issue URLs, deliver, record.",
        discussion: """
            Runs every job of the configuration, or those named. Only what a sink does not have yet is delivered, so it is
            safe to run at any time and as often as you like. Ctrl-C stops cleanly; the next run goes on.

            Exit status: 0 all delivered, 3 some deliveries failed, 73 another run is at work, 130 stopped; see
            docs/operations.md for the others.

            EXAMPLES
              wherry run --dry-run
              wherry run nightly
              wherry run --json >> /var/log/wherry.jsonl
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The jobs to run; all when none is named.")
    var jobs: [String] = []

    @Flag(name: [.customShort("n"), .long], help: "Print what a run would do, and do nothing.")
    var dryRun = false

    @Option(help: "The most bytes a second in all, instead of the configuration's, as in 10M or 08:00-18:00=10M.")
    var limitRate: String?

    @Flag(help: "Print one JSON object a line instead of text.")
    var json = false

    @Flag(help: "Print nothing but errors.")
    var quiet = false

    func run() async throws {
        let code = try await Composition.with(global) { composition in
            let jobs = try composition.jobs(named: jobs)
            return dryRun ? try await plan(jobs, composition) : try await carryOut(jobs, composition)
        }
        if code != 0 { throw ExitCode(code) }
    }

    private func plan(_ jobs: [Job], _ composition: Composition) async throws -> Int32 {
        let printer = RunPrinter(json: json, quiet: quiet, showsProgress: false)
        let runner = Runner(try await composition.runEnvironment(for: jobs), observer: printer)
        for job in jobs {
            let plan = try await Caller.$current.withValue("job:\(job.name)") { try await runner.plan(job) }
            printer.observe(.planned(plan))
        }
        return 0
    }

    private func carryOut(_ jobs: [Job], _ composition: Composition) async throws -> Int32 {
        let printer = RunPrinter(
            json: json,
            quiet: quiet,
            showsProgress: !json && !quiet && Terminal.error.isInteractive
        )
        let bandwidth = try limitRate.map { try BandwidthSchedule(argument: $0) }
        let runner = Runner(
            try await composition.runEnvironment(for: jobs, bandwidth: bandwidth),
            observer: printer
        )
        let (report, signal) = try await Interruptible.run {
            try await printer.showingProgress {
                try await runner.run(jobs, askedBy: composition.person)
            }
        }
        printer.finish(report)
        if report.state == .cancelled, let signal { return signal.exitCode }
        return report.exitCode
    }
}

/// Work that a person or the system may stop with a signal.
enum Interruptible {
    /// Runs `body`; SIGINT or SIGTERM cancels it and waits for it to end cleanly.
    ///
    /// - Returns: what `body` gave, and the signal if one came.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> (Value, UnixSignal?) {
        let signals = await UnixSignalsSequence(trapping: [.sigint, .sigterm])
        return try await withThrowingTaskGroup(of: InterruptibleEvent<Value>.self) { group in
            let work = Gate<Value>()
            group.addTask { .done(try await work.run(body)) }
            group.addTask {
                for await signal in signals { return .signal(signal) }
                return .signal(nil)
            }
            var caught: UnixSignal?
            while let event = try await group.next() {
                switch event {
                case .done(let value):
                    group.cancelAll()
                    return (value, caught)
                case .signal(let signal):
                    caught = caught ?? signal
                    if signal != nil { work.cancel() }
                }
            }
            throw CancellationError()
        }
    }
}

extension UnixSignal {
    /// The exit status of what it stopped: 130 for Ctrl-C, 143 for SIGTERM.
    var exitCode: Int32 { self == .sigterm ? 143 : FailureClass.cancelled.exitCode }
}

/// What may come first: the end of the work, or a signal.
private enum InterruptibleEvent<Value: Sendable>: Sendable {
    case done(Value)
    case signal(UnixSignal?)
}
