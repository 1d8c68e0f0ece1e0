import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// Which of the stored copies are meant.
struct CopyChoice: Sendable {
    /// Only copies in this sink.
    var sink: String?
    /// Only of this source's instances.
    var source: String?
    /// Only of this instance's backups.
    var instance: String?
    /// Only of this backup.
    var backup: String?
    /// Only what was delivered from then on.
    var since: Timestamp?

    /// All that fit, the newest backup first, of the same one the sinks in the order of the configuration.
    ///
    /// - Throws: ``Failure`` of class `usage` for the name of a sink or source that there is not.
    func copies(_ composition: Composition) async throws -> [StoredCopy] {
        if let sink { _ = try composition.sinks(named: [sink]) }
        let order = composition.config.sinks.map(\.name)
        let found = try await composition.catalog.copies(
            in: sink.map { SinkName(rawValue: $0) },
            of: instance.map { Instance.ID(rawValue: $0) },
            since: since
        )
        func rank(_ copy: StoredCopy) -> Int { order.firstIndex(of: copy.sink) ?? order.count }
        return found.filter { copy in
            (source == nil || copy.source.rawValue == source) && (backup == nil || copy.key.backup.rawValue == backup)
        }.sorted { left, right in
            (left.startedAt, left.backup, rank(right)) > (right.startedAt, right.backup, rank(left))
        }
    }

    /// The copies of the newest backup that fits, those first that come first in the configuration: never of an older one in
    /// its place.
    ///
    /// - Throws: ``Failure``: `restore.no-copy` (not-found), `restore.ambiguous` (usage), `restore.no-sink`
    ///   (configuration), `sink.cannot-read` (unsupported) when none of them can be read back.
    func newest(_ composition: Composition) async throws -> [StoredCopy] {
        let copies = try await copies(composition)
        let sources = Set(copies.map(\.source.rawValue)).sorted()
        guard sources.count < 2 else {
            throw Failure(
                .usage,
                code: "restore.ambiguous",
                "The sources \(sources.joined(separator: " and ")) each have an instance \(instance ?? "").",
                remedy: "Say which: --source \(sources.joined(separator: " or --source "))."
            )
        }
        guard let first = copies.first else {
            let what = backup.map { "of the backup \($0) of \(instance ?? "")" } ?? "of a backup of \(instance ?? "")"
            throw Failure(
                .notFound,
                code: "restore.no-copy",
                "There is no delivered copy \(what)\(sink.map { " in the sink \($0)" } ?? "").",
                remedy: "See what there is: wherry deliveries --state delivered. Ids are given whole."
            )
        }
        let readable = copies.filter { $0.backup == first.backup && composition.canRead($0.sink) }
        if !readable.isEmpty { return readable }
        guard composition.config.sinks.contains(where: { $0.name == first.sink }) else {
            throw Failure(
                .configuration,
                code: "restore.no-sink",
                "The sink \(first.sink), which has the copy of \(first.key), is no longer in the configuration.",
                remedy: "Put it back under sinks:, as it was; no job needs to name it. Or name an older backup."
            )
        }
        throw Failure.cannotRead("The sink \(first.sink) has the copy of \(first.key), and cannot read it back.")
    }
}

extension Composition {
    /// Whether there is a sink of this name whose copies can be read back.
    func canRead(_ sink: SinkName) -> Bool {
        guard let config = config.sinks.first(where: { $0.name == sink }) else { return false }
        return registry.sinks[config.plugin]?.descriptor.capabilities.contains(.readsCopies) ?? false
    }

    /// The sink of this name, made and ready.
    func sink(_ name: SinkName) async throws -> any Sink {
        guard let config = try sinks(named: [name.rawValue]).first else {
            throw Failure(.usage, code: "sink.unknown", "There is no sink \(name).")
        }
        return try await make(config).sink
    }
}
