import Foundation
import Synchronization

/// SIGINT and SIGTERM, so that servers are ended and files removed; SIGALRM, so that no child hangs.
enum Interruption {
    /// The bench was told to stop.
    struct Interrupted: Error, CustomStringConvertible {
        var description: String { "Interrupted; everything is cleaned up." }
    }

    private static let isRaised = Atomic(false)

    /// Has the signals end a wait; none of them restarts it.
    static func install() {
        isRaised.store(false, ordering: .relaxed)
        handle(SIGINT) { _ in Interruption.isRaised.store(true, ordering: .relaxed) }
        handle(SIGTERM) { _ in Interruption.isRaised.store(true, ordering: .relaxed) }
        handle(SIGALRM) { _ in }
    }

    /// - Throws: ``Interrupted`` once a signal has come.
    static func check() throws {
        if isRaised.load(ordering: .relaxed) { throw Interrupted() }
    }

    private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        sigaction(signal, &action, nil)
    }
}
