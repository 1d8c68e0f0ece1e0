import NIOPosix
import SystemPackage
import WherryCore

/// Makes staged files durable under their final names: cut to size, fsync the file, rename, fsync the folder.
///
/// Many that are ready at once share the work: one caller does it for all who wait, so that the file system commits
/// them together and each folder is synced once.
package actor Publisher {
    private struct Order {
        var file: StagedFile
        var size: Int64
    }

    private struct Request {
        var order: Order
        var continuation: CheckedContinuation<Void, any Error>
    }

    private var waiting: [Request] = []
    private var isBusy = false

    /// A publisher; one for the process does.
    package init() {}

    /// Publishes one file of `size` bytes; returns when name and bytes are durable.
    func publish(_ file: StagedFile, size: Int64) async throws {
        let order = Order(file: file, size: size)
        guard isBusy else {
            isBusy = true
            let result: Result<Void, any Error>
            do {
                try await Self.publish([order])[0].get()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await serveWaiting()
            return try result.get()
        }
        try await withCheckedThrowingContinuation { waiting.append(Request(order: order, continuation: $0)) }
    }

    private func serveWaiting() async {
        // Whoever comes first must not work for the others forever: the last of a batch hands over when few wait.
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            do {
                let results = try await Self.publish(batch.map(\.order))
                for (request, result) in zip(batch, results) { request.continuation.resume(with: result) }
            } catch {
                for request in batch { request.continuation.resume(throwing: error) }
            }
        }
        isBusy = false
    }

    private static func publish(_ orders: [Order]) async throws -> [Result<Void, any Error>] {
        try await NIOThreadPool.singleton.runIfActive {
            // Begin all writing first, so that the first fsync does not wait for what the last could have begun.
            if orders.count > 1 { for order in orders { order.file.beginWriteback(0..<0) } }
            var results = orders.map { order in
                Result {
                    try order.file.truncate(to: order.size)
                    try order.file.sync()
                    try order.file.rename()
                }
            }
            var folders: [String: Result<Void, any Error>] = [:]
            for (index, order) in orders.enumerated() where (try? results[index].get()) != nil {
                let file = order.file
                let folder = file.destination.removingLastComponent().string
                let synced =
                    folders[folder] ?? Result { try StagedFile.syncFolder(folder, disk: file.disk) }
                folders[folder] = synced
                results[index] = synced
            }
            return results
        }
    }
}
