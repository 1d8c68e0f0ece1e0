import Foundation

/// A child process without input, whose output goes to a file.
struct Child {
    let program: String
    let identifier: pid_t
    private let started = ContinuousClock.now

    /// Starts a program with a small environment of its own, so that no settings of the user count.
    ///
    /// - Parameters:
    ///   - log: takes its output; what was in it is lost.
    ///   - home: its home, where no configuration is.
    init(_ program: String, _ arguments: [String], log: String, home: String) throws {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&files, 1, 2)
        let environment = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME=\(home)", "LC_ALL=C"]
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }
        var identifier: pid_t = 0
        let status = posix_spawn(&identifier, program, &files, nil, &words, &variables)
        guard status == 0 else { throw TrialError("\(program): \(String(cString: strerror(status)))") }
        self.program = program
        self.identifier = identifier
    }

    /// Waits for the end and says what the child cost and how it ended: its exit status, or a signal's number below 0.
    ///
    /// - Throws: ``TrialError`` when it takes longer than `limit` seconds, ``Interruption/Interrupted`` on a signal;
    ///   the child is ended.
    func wait(limit: UInt32 = 900) throws -> (cost: Cost, status: Int32) {
        var status: Int32 = 0
        var usage = rusage()
        alarm(limit)
        defer { alarm(0) }
        while wait4(identifier, &status, 0, &usage) != identifier {
            guard errno == EINTR else { throw TrialError(call: "wait4") }
            end()
            try Interruption.check()
            throw TrialError("\(program) took more than \(limit) s.")
        }
        let cost = Cost(wall: started.duration(to: .now), usage: usage)
        try Interruption.check()
        return (cost, status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f))
    }

    /// Asks the child to end, and kills it 3 seconds later.
    func end() {
        kill(identifier, SIGTERM)
        for _ in 0..<300 {
            if waitpid(identifier, nil, WNOHANG) == identifier { return }
            usleep(10_000)
        }
        kill(identifier, SIGKILL)
        waitpid(identifier, nil, 0)
    }
}
