package import SystemPackage
package import WherryCore
import WherryPluginKit
package import WherryTransfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Puts the files of a copy into a folder.
package struct CopyRestorer: Sendable {
    /// One file, and where it goes.
    package struct Order: Sendable, Hashable {
        /// What is stored of it.
        package var artifact: Artifact
        /// Where it goes; its folder is there.
        package var destination: FilePath

        /// An order.
        package init(_ artifact: Artifact, to destination: FilePath) {
            self.artifact = artifact
            self.destination = destination
        }
    }

    private let reader: CopyReader
    private let fetcher: FileFetcher

    /// - Parameter fetcher: stages and publishes.
    package init(_ reader: CopyReader, storingWith fetcher: FileFetcher) {
        self.reader = reader
        self.fetcher = fetcher
    }

    /// The name of a file below the folder that somebody chose: instance, time and shard, each made safe.
    package static func name(of position: Int, in copy: Backup.Key, startedAt: Timestamp) -> String {
        "\(PathTemplate.safe(copy.instance.rawValue))-\(startedAt.compact)-shard\(position).rdb"
    }

    /// Restores all files.
    ///
    /// Each is written as `NAME.part`; only when every byte of every file was verified are they made durable and renamed,
    /// one after the other: when one of them cannot get its name, others may have theirs, and all are right.
    ///
    /// - Parameter replacing: whether files may be there already.
    /// - Throws: ``Failure`` `restore.exists` before anything is read; see ``CopyReader/read(_:named:to:)``.
    package func restore(_ orders: [Order], replacing: Bool) async throws -> [CopyFacts] {
        for order in orders {
            var status = stat()
            guard lstat(order.destination.string, &status) == 0 else { continue }
            let isFile = status.st_mode & S_IFMT == S_IFREG
            if isFile, replacing { continue }
            throw Failure(
                .conflict,
                code: "restore.exists",
                "\(order.destination.string) is there already\(isFile ? "" : ", and is no file").",
                remedy: "Choose another folder with --output" + (isFile ? ", or replace it with --force." : ".")
            )
        }
        return try await restore(orders[...])
    }

    /// The first file is published after all others are, which are when they and it were verified.
    private func restore(_ orders: ArraySlice<Order>) async throws -> [CopyFacts] {
        guard let order = orders.first else { return [] }
        return try await fetcher.store(at: order.destination) { receive in
            let name = order.destination.lastComponent?.string ?? order.destination.string
            let facts = try await reader.read(order.artifact, named: name, to: receive)
            return [facts] + (try await restore(orders.dropFirst()))
        }
    }
}
