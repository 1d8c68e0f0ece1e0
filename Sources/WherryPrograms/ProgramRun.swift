import Subprocess
import Synchronization
import SystemPackage
import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One run of a program: what flows, and why it was ended if it was.
final class ProgramRun: Sendable {
    /// Why a program is ended before it ends by itself.
    enum Cause: Sendable {
        case cancelled
        case late
        case stalled
        /// It read no more, or ended, before its feeder was done.
        case inputCut
        case feeder(any Error)
        case receiver(any Error)
    }

    private struct State {
        var cause: Cause?
        var hasExited = false
        var group: ChildGroup?
        var endGuard: EndGuard?
        var workers: [Task<Void, Never>] = []
        var collected: [UInt8] = []
        var unread = 0
    }

    /// How long a pipe is waited for that the program left open, and a program that closed its input.
    private static let patience = Duration.seconds(1)

    private let program: Program
    private let limits: ProgramLimits
    private let input: ProgramInput
    private let output: ProgramOutput
    private let latch: Latch
    private let activity = Activity()
    private let inputPipe: InputPipe?
    private let outputPipe: OutputPipe?
    private let errorPipe: OutputPipe
    private let complaints = Complaints()
    private let state = Mutex(State())

    /// What the child gets; closed by who starts it.
    let childInput: FileDescriptor
    let childOutput: FileDescriptor
    let childError: FileDescriptor

    init(_ program: Program, limits: ProgramLimits, input: ProgramInput, output: ProgramOutput) throws {
        self.program = program
        self.limits = limits
        self.input = input
        self.output = output
        let ends = try ChildEnds(
            readsNothing: { if case .nothing = input { true } else { false } }(),
            isDiscarded: { if case .discarded = output { true } else { false } }()
        )
        latch = try Latch()
        (childInput, childOutput, childError) = (ends.input.childs, ends.output.childs, ends.error.childs)
        inputPipe = ends.input.ours.map { [latch, activity] in InputPipe($0, latch: latch, activity: activity) }
        outputPipe = ends.output.ours.map { [latch, activity] in OutputPipe($0, latch: latch, activity: activity) }
        errorPipe = OutputPipe(ends.error.ours ?? -1, latch: latch, activity: activity)
    }

    // MARK: While it runs

    /// Has somebody outlive us who ends the program when we die before its input is verified.
    func arm() async {
        guard case .fed = input, let inputPipe else { return }
        let endGuard = await inputPipe.guarded()
        state.withLock { $0.endGuard = endGuard }
    }

    /// That is no longer needed.
    func disarm() { state.withLock { $0.endGuard }?.release() }

    /// Feeds it, takes what it writes, and returns when it is gone with all that it left behind.
    func accompany(_ id: Int32) async {
        let group = ChildGroup(id)
        state.withLock { $0.endGuard }?.watch(id)
        let feeding = Task { await feed() }
        let receiving = Task { await receive() }
        let watching = Task { await watch() }
        async let drained: Void = apart("wherry.program.complaints") { [self] in errorPipe.drain(complaints.add) }
        let cause = state.withLock { state in
            state.group = group
            state.workers = [feeding, receiving]
            return state.cause
        }
        if let cause { carryOut(cause, on: group) }

        await group.waitForExit()
        watching.cancel()
        group.kill()
        disarm()
        group.forget()
        state.withLock { state in
            state.hasExited = true
            state.unread = inputPipe?.unread ?? 0
        }
        inputPipe?.cut()
        feeding.cancel()
        let falling = Task { [latch] in
            try? await Task.sleep(for: Self.patience)
            latch.fall()
        }
        await feeding.value
        await receiving.value
        await drained
        falling.cancel()
    }

    private func feed() async {
        guard let inputPipe else { return }
        activity.ourTurn()
        defer { activity.theirTurn() }
        do {
            switch input {
            case .nothing: return
            case .bytes(let bytes): try? await inputPipe.write(bytes)
            case .fed(let body): try await body(ProgramWriter(pipe: inputPipe))
            }
            // With the lock, so that nobody decides to end it while it is told that all is well.
            let isWhole = state.withLock { state in
                if state.cause == nil { inputPipe.end() }
                return state.cause == nil
            }
            if isWhole { disarm() }
        } catch {
            let isCut = inputPipe.isCut || state.withLock { $0.hasExited }
            stop(isCut ? .inputCut : .feeder(error))
        }
        if inputPipe.isCut, case .fed = input { stop(.inputCut) }
    }

    private func receive() async {
        guard let outputPipe else { return }
        var lines = Lines(limit: output.lineLimit)
        do {
            while let bytes = await outputPipe.next() {
                activity.ourTurn()
                defer { activity.theirTurn() }
                switch output {
                case .discarded: break
                case .collected(let limit): try collect(bytes, limit)
                case .chunks(let body): try await body(bytes)
                case .lines(_, let body): for line in lines.add(bytes) { try await body(line) }
                }
            }
            if case .lines(_, let body) = output, let line = lines.last() { try await body(line) }
        } catch {
            stop(.receiver(error))
        }
    }

    private func collect(_ bytes: [UInt8], _ limit: Int) throws {
        try state.withLock { state in
            guard state.collected.count + bytes.count <= limit else {
                throw Failure(
                    .unsupported,
                    code: "program.too-much-output",
                    "\(program.name) wrote more than \(limit) bytes where a short answer was expected.",
                    remedy: "See whether it is the program that is meant, and its arguments."
                )
            }
            state.collected += bytes
        }
    }

    private func watch() async {
        let end = limits.deadline.map { ContinuousClock.now + $0 }
        while !Task.isCancelled {
            let still = limits.stall.map { activity.stillSince + $0 }
            guard let next = [end, still].compactMap({ $0 }).min() else { return }
            if next <= .now { return stop(next == end ? .late : .stalled) }
            try? await Task.sleep(until: next, clock: .continuous)
        }
    }

    // MARK: Ending it

    /// Ends the program; the first cause is the one that counts.
    func stop(_ cause: Cause) {
        let group = state.withLock { state -> ChildGroup? in
            guard state.cause == nil else { return nil }
            state.cause = cause
            return state.group
        }
        if let group { carryOut(cause, on: group) }
    }

    /// Its input stays open in every case, so it sees no end that was not meant.
    private func carryOut(_ cause: Cause, on group: ChildGroup) {
        switch cause {
        case .feeder where !limits.heedsInterrupt, .receiver where !limits.heedsInterrupt:
            group.kill()
        case .feeder, .receiver, .cancelled, .late, .stalled:
            group.ask(by: limits.heedsInterrupt ? SIGINT : SIGTERM)
            killLater(group, after: limits.grace)
        case .inputCut:
            // It may be about to say why.
            killLater(group, after: max(limits.grace, Self.patience))
        }
        for worker in state.withLock({ $0.workers }) {
            if case .inputCut = cause { break }
            worker.cancel()
        }
    }

    private func killLater(_ group: ChildGroup, after grace: Duration) {
        Task {
            try? await Task.sleep(for: grace)
            group.kill()
        }
    }

    // MARK: The end

    /// How it ended.
    ///
    /// - Throws: see ``ProgramRunner/run(_:input:output:)``.
    func outcome(_ status: TerminationStatus) throws -> ProgramOutcome {
        let state = state.withLock { $0 }
        var fate = ProgramOutcome.Input.read
        if case .fed = input, state.unread > 0 { fate = .unread(state.unread) }
        switch state.cause {
        case .cancelled: throw CancellationError()
        case .feeder(let error), .receiver(let error): throw error
        case .late: throw silence("program.timed-out", "took longer than \(limits.deadline ?? .zero)")
        case .stalled: throw silence("program.stalled", "kept still for \(limits.stall ?? .zero)")
        case .inputCut: fate = .cut
        case nil: break
        }
        let ending: ProgramOutcome.Ending =
            switch status {
            case .exited(let code): .exited(Int(code))
            case .signaled(let code): .signaled(Int(code))
            }
        return ProgramOutcome(
            program: program.name,
            ending: ending,
            input: fate,
            output: state.collected,
            complaints: Masking(Array(program.environment.secrets.values)).masked(complaints.text),
            heard: Secret(complaints.text)
        )
    }

    private func silence(_ code: String, _ what: String) -> Failure {
        Failure(
            .transient,
            code: code,
            "\(program.name) \(what) and was ended.",
            remedy:
                "See whether it waits for a question to be answered or for a network; allow it more time if it is slow."
        )
    }
}
