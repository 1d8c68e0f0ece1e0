import Synchronization
public import WherryPluginKit

extension ProgramRunner {
    /// Runs a program that reads one file of a backup from its standard input.
    ///
    /// It sees the end only after every byte was verified.
    ///
    /// - Returns: how it ended, and what is known of the file; nil when the program did not take all of it.
    /// - Throws: what the transfer threw, and as ``run(_:input:output:)``.
    public func run(
        _ program: Program,
        feeding file: ResolvedFile,
        of transfer: any Transfer,
        output: ProgramOutput
    ) async throws -> (ProgramOutcome, FetchedFile?) {
        let fetched = Box()
        let outcome = try await run(
            program,
            input: .fed { writer in
                let whole = try await transfer.stream(file) { try await writer.write($0) }
                fetched.value.withLock { $0 = whole }
            },
            output: output
        )
        return (outcome, fetched.value.withLock { $0 })
    }
}

private final class Box: Sendable {
    let value = Mutex<FetchedFile?>(nil)
}
