import Foundation
import Testing
import WherryTestSupport

/// What the kernel was asked, in which order: nothing has its final name, and no row says so, before it would survive a
/// power cut.
@Suite(.timeLimit(.minutes(2)))
struct PublishOrderTests {
    @Test func fileThenNameThenFolderThenReceipt() async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 2)
                let home = scratch.sub("home")
                try home.writeConfig(for: provider, sinks: "disk")
                let trace = home.file("trace")
                let outcome = try await Program.run(
                    "/usr/bin/strace",
                    [
                        "-f", "-y", "-s", "9000", "-o", trace, "-e",
                        "trace=fsync,fdatasync,rename,renameat,renameat2,pwritev,pwrite64,write",
                        Program.path, "run", "--quiet",
                    ],
                    folder: home.path
                )
                #expect(outcome.status == 0, "\(outcome.all)")
                let calls = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").map(String.init)
                let files = home.files(below: "backups").filter { $0.hasSuffix(".rdb") }
                #expect(files.count == 3)
                for file in files { try checkOrder(of: file, in: home, calls) }
            }
        }
    }

    /// Files that wait to be published are made durable by one call for their file system, where that has one to rely on.
    @Test func oneSyncForManyFilesComesBeforeTheirNames() async throws {
        try await Scratch.with { scratch in
            let object = FaultObject(seed: 9, size: 64 << 10)
            let names = (1...60).map { "file-\($0).bin" }
            try await FaultServer.with(FaultCorpus.plain, object: object) { server in
                let list = names.map { "\(server.issue())\tout=\($0)\n" }.joined()
                let trace = scratch.file("trace")
                let outcome = try await Program.run(
                    "/usr/bin/strace",
                    [
                        "-f", "-y", "-s", "9000", "-o", trace, "-e",
                        "trace=fsync,fdatasync,syncfs,rename,renameat,renameat2,pwritev,pwrite64",
                        Program.path, "fetch", "--quiet", "--list", "-", "--jobs", "16",
                    ],
                    folder: scratch.path,
                    input: list
                )
                #expect(outcome.status == 0, "\(outcome.all)")
            }
            let calls = try String(contentsOfFile: scratch.file("trace"), encoding: .utf8).split(separator: "\n")
                .map(String.init)
            for name in names { try checkOrderInBatch(of: name, in: scratch, calls) }
            let kind = try await Program.run("/usr/bin/stat", ["-f", "-c", "%T", "."], folder: scratch.path).output
            if kind == "ext2/ext3\n" { #expect(calls.contains { $0.contains("syncfs(") }) }
        }
    }

    private func checkOrderInBatch(of name: String, in scratch: Scratch, _ calls: [String]) throws {
        let part = scratch.file(name) + ".part"
        let lastWrite = try #require(calls.lastIndex { $0.contains("pwrite") && $0.contains("<\(part)>") }, "\(name)")
        let renamed = try #require(
            calls.firstIndex { $0.contains("rename") && $0.contains("\"\(name).part\"") },
            "\(name)"
        )
        let isSynced = calls[lastWrite...].prefix(renamed - lastWrite).contains {
            $0.contains("syncfs(") || $0.contains("fsync(") && $0.contains("<\(part)>")
        }
        #expect(isSynced, "\(name)")
        #expect(calls[renamed...].contains { $0.contains("fsync(") && $0.contains("<\(scratch.path)>") }, "\(name)")
    }

    private func checkOrder(of name: String, in home: Scratch, _ calls: [String]) throws {
        let file = home.file("backups/" + name)
        let folder = (file as NSString).deletingLastPathComponent
        let lastWrite = try #require(
            calls.lastIndex { $0.contains("pwrite") && $0.contains("<\(file).part>") },
            "\(name)"
        )
        let synced = try #require(
            calls.firstIndex { $0.contains("fsync(") && $0.contains("<\(file).part>") },
            "\(name)"
        )
        let renamed = try #require(
            calls.firstIndex { $0.contains("rename") && $0.contains("\"\(file).part\", ") },
            "\(name)"
        )
        let folderSynced = try #require(
            calls[renamed...].firstIndex { $0.contains("fsync(") && $0.contains("<\(folder)>") },
            "\(name)"
        )
        let receipt = try #require(
            calls.firstIndex { $0.contains("catalog.db-wal>") && $0.contains("\(name)") },
            "\(name)"
        )
        #expect(
            [lastWrite, synced, renamed, folderSynced, receipt].sorted() == [
                lastWrite, synced, renamed, folderSynced, receipt,
            ],
            "\(name)"
        )
    }
}
