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
        let download = FileDownload(
            file: file,
            driver: driver(of: file, settings),
            disk: disk,
            publisher: connections.publisher,
            random: random
        )
        return try await download.fetch(to: destination)
    }

    /// Passes a file's bytes on, see ``Transfer``.
    package func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        var settings = settings
        settings.isOrdered = true
        let machine = TransferMachine(
            settings: settings,
            expectedSize: file.file.size?.bytes,
            names: TransferNames(file: file.file.name),
            random: random
        )
        let fetched = try await driver(of: file, settings).run(machine, into: StreamOutput(of: file, to: receive))
        try Task.checkCancellation()
        return fetched
    }

    private func driver(of file: ResolvedFile, _ settings: TransferSettings) -> TransferDriver {
        let exchanger = Exchanger(
            connections: connections,
            clock: clock,
            observer: observer,
            flow: gate?.open(file.label)
        )
        return TransferDriver(file: file, exchanger: exchanger, settings: settings, clock: clock)
    }
}
