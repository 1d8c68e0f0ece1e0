import Synchronization
import WherryPluginKit
import WherryPluginWire

/// Notes of a plugin in a process of its own: one state that wherry gives it back when it is started next.
///
/// Unlike those of a plugin inside wherry they are kept only when the operation ends well, and of operations that run at
/// the same time the notes of the last one stay.
final class KeptNotes: PluginNotes {
    private let values: Mutex<[String: String]>
    private let say: @Sendable (JSONValue) -> Void

    /// - Parameters:
    ///   - state: what was kept; nil for nothing.
    ///   - say: tells wherry what to keep.
    init(_ state: JSONValue?, say: @escaping @Sendable (JSONValue) -> Void) {
        var values: [String: String] = [:]
        if case .object(let members) = state { values = members.compactMapValues(\.text) }
        self.values = Mutex(values)
        self.say = say
    }

    func notes(under prefix: String) async throws -> [String: String] {
        values.withLock { $0.filter { $0.key.hasPrefix(prefix) } }
    }

    func note(_ key: String, _ value: String?) async throws {
        // Said in the order in which they were made: the last one counts.
        values.withLock { values in
            values[key] = value
            say(.object(values.mapValues { .string($0) }))
        }
    }
}
