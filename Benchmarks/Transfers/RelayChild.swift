import Foundation

/// A ``Relay`` in a process of its own, between the contenders and the bench's server.
struct RelayChild {
    private let port: UInt16
    private let child: Child

    /// Starts one.
    ///
    /// - Parameters:
    ///   - delay: what each way takes.
    ///   - rate: bytes a second that a connection gets; 0 is no limit.
    ///   - window: bytes of a connection that may be on their way.
    init(_ bench: Bench, delay: Duration, rate: Int, window: Int) throws {
        port = try Socket.freePort()
        let numbers = [Int(port), Int(bench.nginx.port), Int(delay / .microseconds(1)), rate, window]
        let arguments = ["relay"] + numbers.map(String.init)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        child = try Child(program, arguments, log: "\(bench.folder)/relay.log", home: bench.folder)
        do {
            try Socket.awaitListener(port)
        } catch {
            child.end()
            throw error
        }
    }

    /// Ends it.
    func end() { child.end() }

    /// A file's address through it.
    func link(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }
}
