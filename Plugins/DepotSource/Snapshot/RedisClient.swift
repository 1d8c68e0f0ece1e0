import Subprocess
import SystemPackage
import WherryCore

/// Talks to one server through ``RedisTool``.
struct RedisClient: Sendable {
    let tool: RedisTool
    let address: RedisAddress
    let access: RedisAccess
    let patience: SnapshotPatience

    /// The longest answer to a question, in bytes: `CLUSTER NODES` of thousands of nodes.
    private static let answerLimit = 4 << 20
    /// The longest text of complaints, in bytes.
    private static let complaintLimit = 64 << 10

    /// In a process group of its own: Ctrl-C is for this process, which ends its children in good order.
    private static var apart: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        return options
    }

    /// The same way in to another node of its cluster.
    func node(_ address: RedisAddress) -> RedisClient {
        RedisClient(tool: tool, address: address, access: access, patience: patience)
    }

    /// Sends one command and returns the answer.
    ///
    /// - Throws: ``Failure``, see ``RedisComplaint``.
    func ask(_ words: String...) async throws -> String {
        try await StallWatch.run(address, start: patience.answer, stall: patience.answer) { _ in
            // -e: without it an error of the server is an answer like any other, with status 0.
            let outcome = try await Subprocess.run(
                .name(tool.name),
                arguments: Arguments(["-e"] + connection + words),
                environment: RedisTool.environment(),
                platformOptions: Self.apart,
                input: try input(),
                output: .string(limit: Self.answerLimit),
                error: .string(limit: Self.complaintLimit)
            )
            try Task.checkCancellation()
            try check(outcome.terminationStatus, outcome.standardError)
            return outcome.standardOutput
        }
    }

    /// Has the server send a dump, and hands its bytes to `body` as they come.
    ///
    /// Standard output it is because redis-cli neither empties a file that is there nor looks at its disk; the pipe also
    /// slows the server down to our pace, and ends the child should this process die.
    ///
    /// - Returns: after the end marker was taken off and redis-cli has said that all went well.
    /// - Throws: ``Failure``, see ``RedisComplaint``; whatever `body` throws ends the child.
    func dump(_ body: (UnsafeRawBufferPointer) throws -> Void) async throws {
        let outcome = try await Subprocess.run(
            .name(tool.name),
            arguments: Arguments(connection + ["--rdb", "-"]),
            environment: RedisTool.environment(),
            platformOptions: Self.apart,
            input: try input(),
            output: .sequence,
            error: .string(limit: Self.complaintLimit)
        ) { execution in
            var stream = MarkedStream()
            for try await buffer in execution.standardOutput {
                try buffer.withUnsafeBytes { try stream.push($0, body) }
            }
            // A cancelled read looks like the end.
            try Task.checkCancellation()
            try stream.finish(body)
        }
        try Task.checkCancellation()
        try check(outcome.terminationStatus, outcome.standardError)
    }

    /// The arguments that lead to the server; no secret among them.
    var connection: [String] {
        var words: [String] =
            switch address.endpoint {
            case .tcp(let host, let port): ["-h", host, "-p", String(port)]
            case .socket(let path): ["-s", path]
            }
        if let user = address.user { words += ["--user", user] }
        if access.password != nil { words.append("--askpass") }
        if address.usesTLS { words.append("--tls") }
        for (flag, path) in [("--cacert", access.authority), ("--cert", access.certificate), ("--key", access.key)] {
            if let path { words += [flag, path] }
        }
        return words
    }

    private func input() throws -> FileDescriptorInput {
        let descriptor =
            try access.password.map { try PasswordPipe.filled(with: $0) }
            ?? FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec)
        return .fileDescriptor(descriptor, closeAfterSpawningProcess: true)
    }

    private func check(_ status: TerminationStatus, _ complaints: String) throws {
        let complaint = RedisComplaint(complaints, isSuccess: status.isSuccess)
        if let failure = complaint.failure(address, "\(tool.name) \(status)") { throw failure }
    }
}
