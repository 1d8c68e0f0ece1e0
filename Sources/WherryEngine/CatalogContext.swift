package import WherryCatalog
package import WherryCore
package import WherryPluginKit

/// Keeps a source's API calls in the catalog.
package struct CatalogAPIObserver: APIObserver {
    private let catalog: Catalog
    private let source: SourceName

    /// For one source.
    package init(catalog: Catalog, source: SourceName) {
        self.catalog = catalog
        self.source = source
    }

    /// Notes the call with who asked for it.
    package func observed(_ call: APICall) async {
        let row = APICallRow(
            direction: .out,
            source: source.rawValue,
            caller: Caller.current,
            action: call.action,
            object: call.object,
            code: call.code,
            latency: call.latency,
            at: call.at
        )
        catalog.note(row)
    }
}

/// What the catalog has of one source, for the plugin that runs it.
package struct CatalogInventory: Inventory {
    private let catalog: Catalog
    private let source: SourceName
    private let plugin: String
    private let clock: any WallClock

    /// For one source.
    package init(catalog: Catalog, source: SourceName, plugin: String, clock: any WallClock) {
        self.catalog = catalog
        self.source = source
        self.plugin = plugin
        self.clock = clock
    }

    /// Every instance.
    package func instances() async throws -> [Instance] { try await catalog.instances(of: source) }

    /// One instance.
    package func instance(_ id: Instance.ID) async throws -> Instance? {
        try await catalog.instance(id, of: source)
    }

    /// The backups of an instance, newest first.
    package func backups(of instance: Instance.ID) async throws -> [Backup] {
        try await catalog.backups(of: instance, in: source)
    }

    /// One backup.
    package func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup? {
        try await catalog.backup(Backup.Key(instance: instance, backup: id), in: source)
    }

    /// The files of a backup.
    package func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile] {
        try await catalog.files(of: Backup.Key(instance: instance, backup: backup), in: source)
    }

    /// Adds a backup.
    package func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws {
        try await catalog.register(source: source, plugin: plugin, at: clock.now)
        try await catalog.register(backup, of: instance, files: files, in: source, at: clock.now)
    }
}

/// The notes of one source or sink, kept in the catalog.
package struct CatalogNotes: PluginNotes {
    private let catalog: Catalog
    private let kind: Catalog.PluginKind
    private let name: String
    private let clock: any WallClock

    /// For one source or sink.
    package init(catalog: Catalog, kind: Catalog.PluginKind, name: String, clock: any WallClock) {
        self.catalog = catalog
        self.kind = kind
        self.name = name
        self.clock = clock
    }

    /// The notes whose keys begin so.
    package func notes(under prefix: String) async throws -> [String: String] {
        try await catalog.notes(of: kind, name, under: prefix)
    }

    /// Writes a note.
    package func note(_ key: String, _ value: String?) async throws {
        try await catalog.note(key, value, of: kind, name, at: clock.now)
    }
}
