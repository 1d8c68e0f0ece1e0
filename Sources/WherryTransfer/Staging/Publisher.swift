import SystemPackage
import WherryCore

/// Makes staged files durable under their final names: cut to size, fsync the file, rename, fsync the folder.
///
/// Many that are ready at once share the work: one caller does it for all who wait, so that the file system commits
/// them together, in one call where ``SyncChoice`` says so, and each folder is synced once. Each file system has its own turn: one that hangs holds up no other.
package actor Publisher {
    private struct Order {
        var file: StagedFile
        var size: Int64
    }

    private enum Turn {
        /// Another caller did the work.
        case over(Result<Void, any Error>)
        /// It is this caller's turn to work for all who wait.
        case comes
    }

    private struct Request {
        var order: Order
        var continuation: CheckedContinuation<Turn, Never>
    }

    /// Who waits, by the file system, for as long as somebody works for it.
    private var waiting: [UInt64: [Request]] = [:]
    private var choices: [UInt64: SyncChoice] = [:]

    /// A publisher; one for the process does.
    package init() {}

    /// Publishes one file of `size` bytes; returns when name and bytes are durable.
    func publish(_ file: StagedFile, size: Int64) async throws {
        let order = Order(file: file, size: size)
        let device = file.device
        if waiting[device] != nil {
            let turn = await withCheckedContinuation {
                waiting[device]?.append(Request(order: order, continuation: $0))
            }
            if case .over(let result) = turn { return try result.get() }
        }
        let others = waiting[device] ?? []
        waiting[device] = []
        defer { handOver(device) }
        let orders = [order] + others.map(\.order)
        let syncsTogether = choices[device, default: SyncChoice()].syncsTogether(orders.count)
        let (results, seconds) = await Self.publish(orders, syncsTogether: syncsTogether)
        if syncsTogether { choices[device]?.took(seconds, for: orders.count) }
        for (request, result) in zip(others, results.dropFirst()) {
            request.continuation.resume(returning: .over(result))
        }
        try results[0].get()
    }

    /// Nobody works for the others forever: whoever came next after a batch began does the next.
    private func handOver(_ device: UInt64) {
        guard let next = waiting[device]?.first else {
            waiting[device] = nil
            return
        }
        waiting[device]?.removeFirst()
        next.continuation.resume(returning: .comes)
    }

    /// - Returns: what became of each; how many seconds the one sync took, nil where each had its own.
    private static func publish(
        _ orders: [Order],
        syncsTogether: Bool
    ) async -> (results: [Result<Void, any Error>], seconds: Double?) {
        do {
            return try await orders[0].file.disk.threads.runToTheEnd { work(orders, syncsTogether: syncsTogether) }
        } catch { return (orders.map { _ in .failure(error) }, nil) }
    }

    /// Whether the names are in so many folders that one call for all of them is worth it.
    private static func hasManyFolders(_ orders: [Order]) -> Bool {
        Set(orders.map(folder)).count >= SyncChoice.fewest
    }

    private static func folder(of order: Order) -> String {
        order.file.destination.removingLastComponent().string
    }

    private static func work(
        _ orders: [Order],
        syncsTogether: Bool
    ) -> (results: [Result<Void, any Error>], seconds: Double?) {
        var results = orders.map { order in Result { try order.file.truncate(to: order.size) } }
        let began = ContinuousClock.now
        let isSynced = syncsTogether && orders[0].file.syncFileSystem()
        var seconds = isSynced ? (ContinuousClock.now - began) / .seconds(1) : nil
        // Opened before the first of them is renamed, so that it hears of every error.
        let names =
            isSynced && Self.hasManyFolders(orders)
            ? try? OpenFolder(Self.folder(of: orders[0]), disk: orders[0].file.disk) : nil
        // Begin all writing first, so that the first fsync does not wait for what the last could have begun.
        if !isSynced, orders.count > 1 { for order in orders { order.file.beginWriteback(0..<0) } }
        for (index, order) in orders.enumerated() where (try? results[index].get()) != nil {
            results[index] = Result {
                if isSynced { try order.file.confirmWritten() } else { try order.file.sync() }
                try order.file.rename()
            }
        }
        if let names {
            let began = ContinuousClock.now
            let areSynced = names.syncFileSystem()
            seconds = seconds.map { $0 + (ContinuousClock.now - began) / .seconds(1) }
            if areSynced { return (results, seconds) }
        }
        var folders: [String: Result<Void, any Error>] = [:]
        for (index, order) in orders.enumerated() where (try? results[index].get()) != nil {
            let folder = Self.folder(of: order)
            let synced = folders[folder] ?? Result { try OpenFolder(folder, disk: order.file.disk).sync() }
            folders[folder] = synced
            results[index] = synced
        }
        return (results, seconds)
    }
}
