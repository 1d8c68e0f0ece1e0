import SystemPackage
import WherryCore

/// Hands a password to `redis-cli --askpass`, which reads it from its standard input.
///
/// Neither an argument nor a variable of the environment: both can be looked up from outside.
enum PasswordPipe {
    /// The end to read from, with the password and a line break in it and nobody at the other end.
    ///
    /// All of it fits into the pipe, so nothing ever writes to a child that may be gone. Whoever calls closes it.
    ///
    /// - Throws: ``Failure`` of class `exhausted`.
    static func filled(with password: Secret) throws -> FileDescriptor {
        let (reading, writing) = try ends()
        do {
            try writing.closeAfter { _ = try writing.writeAll(Array((password.reveal + "\n").utf8)) }
        } catch {
            try reading.close()
            throw failure()
        }
        return reading
    }

    /// Both ends, which no child inherits by accident.
    private static func ends() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        do {
            #if canImport(Darwin)
                return try FileDescriptor.pipe()  // swift-subprocess hands on what it is told to, and nothing else
            #else
                return try FileDescriptor.pipe(options: .closeOnExec)
            #endif
        } catch {
            throw failure()
        }
    }

    private static func failure() -> Failure {
        Failure(
            .exhausted,
            code: "snapshot.no-pipe",
            "No pipe could be made to redis-cli.",
            remedy: "Look at the limit of open files: ulimit -n."
        )
    }
}
