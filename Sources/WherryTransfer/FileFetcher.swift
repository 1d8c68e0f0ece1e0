import Synchronization
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
        try await fetch(file, to: destination, sharing: nil)
    }

    /// Fetches a file, see ``Transfer``.
    ///
    /// - Parameter onVerified: called when all bytes are there and verified, before they are durable: the network is free
    ///   for another file.
    package func fetch(
        _ file: ResolvedFile,
        to destination: FilePath,
        onVerified: @escaping @Sendable () -> Void
    ) async throws -> FetchedFile {
        try await fetch(file, to: destination, sharing: nil, onVerified: onVerified)
    }

    /// Fetches a file and lets others read it while it is written.
    func fetch(
        _ file: ResolvedFile,
        to destination: FilePath,
        sharing copy: SharedCopy?,
        onVerified: @escaping @Sendable () -> Void = {}
    ) async throws -> FetchedFile {
        let download = FileDownload(
            file: file,
            driver: driver(of: file, settings),
            disk: disk,
            publisher: connections.publisher,
            copy: copy,
            onVerified: onVerified,
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

    /// Stores bytes that come from elsewhere: staged beside `destination`, fsynced and renamed once `feed` has returned.
    ///
    /// - Parameter feed: passes every byte on, in order, and returns when the whole is verified.
    package func store<Value: Sendable>(
        at destination: FilePath,
        _ feed: (_ receive: @escaping @Sendable ([UInt8]) async throws -> Void) async throws -> Value
    ) async throws -> Value {
        let staged = try await disk.threads.run { [disk] in
            let staged = try StagedFile(for: destination, disk: disk)
            JournalFile(beside: staged.part.string, disk: disk).remove()
            try staged.startOver()
            return staged
        }
        let end = Mutex<Int64>(0)
        do {
            let value = try await feed { bytes in
                let offset = end.withLock { end in
                    defer { end += Int64(bytes.count) }
                    return end
                }
                try await disk.threads.run {
                    try staged.write(bytes, at: offset)
                    staged.beginWriteback(offset..<offset + Int64(bytes.count))
                }
            }
            try Task.checkCancellation()
            try await connections.publisher.publish(staged, size: end.withLock { $0 })
            return value
        } catch {
            staged.discard()
            throw error
        }
    }

    /// Writes a small file, see ``Transfer``.
    package func keep(_ bytes: [UInt8], at path: FilePath) async throws {
        let staged = try await disk.threads.run { [disk] in
            let staged = try StagedFile(for: path, disk: disk)
            do {
                try staged.startOver()
                try staged.write(bytes, at: 0)
                return staged
            } catch {
                staged.discard()
                throw error
            }
        }
        do {
            try Task.checkCancellation()
            try await connections.publisher.publish(staged, size: Int64(bytes.count))
        } catch {
            staged.discard()
            throw error
        }
    }

    private func driver(of file: ResolvedFile, _ settings: TransferSettings) -> TransferDriver {
        let exchanger = Exchanger(
            connections: connections,
            clock: clock,
            observer: observer,
            settings: settings,
            flow: gate?.open(file.label)
        )
        return TransferDriver(file: file, exchanger: exchanger, settings: settings, clock: clock)
    }
}
