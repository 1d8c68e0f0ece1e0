package import SystemPackage
package import WherryCore
package import WherryPluginKit

/// Fetches files over HTTP: staged, resumed, verified while the bytes pass, published atomically.
package struct FileFetcher: Transfer {
    private let connections: HTTPConnections
    private let clock: any WallClock
    private let observer: any TransferObserver
    private let settings: TransferSettings
    private let disk: Disk
    private let gate: BandwidthGate?
    private let random: @Sendable () -> UInt64

    /// A fetcher.
    ///
    /// - Parameter gate: the limits that all files share; nil where there is none.
    package init(
        connections: HTTPConnections,
        clock: any WallClock,
        observer: any TransferObserver,
        settings: TransferSettings = TransferSettings(),
        disk: Disk = Disk(),
        gate: BandwidthGate? = nil,
        random: @escaping @Sendable () -> UInt64
    ) {
        self.connections = connections
        self.clock = clock
        self.observer = observer
        self.settings = settings
        self.disk = disk
        self.gate = gate
        self.random = random
    }

    /// A currently valid URL, see ``Transfer``.
    package func link(_ file: ResolvedFile) async throws -> IssuedURL { try await file.lease.preferredURL() }

    /// Fetches a file, see ``Transfer``.
    package func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        let exchanger = Exchanger(
            connections: connections,
            clock: clock,
            observer: observer,
            flow: gate?.open(file.label)
        )
        let download = FileDownload(
            file: file,
            exchanger: exchanger,
            settings: settings,
            disk: disk,
            publisher: connections.publisher,
            clock: clock,
            random: random
        )
        return try await download.fetch(to: destination)
    }
}
