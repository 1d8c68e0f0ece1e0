import WherryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file of the access log: whole lines are added at its end, or nothing of them.
struct AccessFile: ~Copyable {
    /// More would mix with what others write to standard error (`PIPE_BUF`).
    private static let mostAtOnce = 4_096
    private static let newline = UInt8(ascii: "\n")

    /// The file, or `-` for standard error.
    let path: String
    private var descriptor: Int32
    private var endsWithinLine = false
    private var hadTrouble = false

    /// Opens it, mode 0600 when it is new.
    ///
    /// - Throws: ``Failure`` of class `configuration`, code `serve.access-log`.
    init(path: String) throws {
        self.path = path
        descriptor = try Self.open(path)
    }

    deinit { if descriptor != STDERR_FILENO { _ = close(descriptor) } }

    /// Opens it anew; when that fails, what is open stays.
    mutating func reopen() throws {
        hadTrouble = false
        guard descriptor != STDERR_FILENO else { return }
        let fresh = try Self.open(path)
        _ = close(descriptor)
        descriptor = fresh
        endsWithinLine = false
    }

    /// Whether nothing went wrong since it was opened; from now on something has.
    mutating func isFirstTrouble() -> Bool {
        defer { hadTrouble = true }
        return !hadTrouble
    }

    /// Adds lines; gives up at the first that cannot be written.
    ///
    /// - Returns: how many were written, of how many, and why no more.
    mutating func append(_ lines: [UInt8]) -> (lines: Int, of: Int, errno: Int32) {
        let all = lines.count { $0 == Self.newline }
        var done = 0
        // What is left of a line that was cut must not spoil the next one.
        if endsWithinLine, put([Self.newline][...]) == 0 { return (0, all, errno) }
        endsWithinLine = false
        while done < lines.count {
            let chunk = chunk(of: lines[done...])
            let count = put(chunk)
            let why = errno
            done += count
            guard count < chunk.count else { continue }
            let whole = lines[..<done].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
            endsWithinLine = done > whole && !takeBack(done - whole)
            return (lines[..<whole].count { $0 == Self.newline }, all, why)
        }
        return (all, all, 0)
    }

    private func chunk(of rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard descriptor == STDERR_FILENO, rest.count > Self.mostAtOnce else { return rest }
        let end = rest.prefix(Self.mostAtOnce).lastIndex(of: Self.newline) ?? rest.firstIndex(of: Self.newline)
        return end.map { rest[...$0] } ?? rest
    }

    /// How many bytes could be written.
    private func put(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count > 0 { done += count } else if count == 0 || errno != EINTR { break }
            }
            return done
        }
    }

    /// Removes so many bytes at the end; false where that cannot be done, as in a pipe.
    private func takeBack(_ count: Int) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size >= off_t(count) else {
            return false
        }
        return ftruncate(descriptor, status.st_size - off_t(count)) == 0
    }

    private static func open(_ path: String) throws -> Int32 {
        if path == "-" { return STDERR_FILENO }
        let descriptor = system(path)
        guard descriptor >= 0 else {
            throw Failure(
                .configuration,
                code: "serve.access-log",
                "The access log \(path) cannot be opened for writing.",
                remedy: "Check serve.access_log: its folder must be there, and this user must be able to write it."
            )
        }
        return descriptor
    }

    private static func system(_ path: String) -> Int32 {
        #if canImport(Glibc)
            Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        #elseif canImport(Musl)
            Musl.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        #else
            Darwin.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0o600)
        #endif
    }
}
