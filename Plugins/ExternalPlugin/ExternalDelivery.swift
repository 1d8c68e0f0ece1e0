import SystemPackage
import WherryCore
import WherryPluginKit
import WherryPluginWire
import WherryPrograms

/// One delivery to a plugin, in the way that the plugin wishes.
struct ExternalDelivery: Sendable {
    let program: ExternalProgram
    let ready: ExternalProgram.Ready
    let backup: ResolvedBackup
    let scratch: String

    /// Hands over URLs.
    func links(_ transfer: any Transfer) async throws -> Receipt {
        var links: [IssuedURL] = []
        for file in backup.files { links.append(try await transfer.link(file)) }
        let files = zip(backup.files, links).map { file, link in
            describe(
                file.file,
                [
                    "url": .string(link.url.text), "network": .string(link.network.rawValue),
                    "expires_at": .string(link.expiresAt.description),
                ]
            )
        }
        let answer = try await program.ask(
            .deliver,
            ready,
            params: params(files),
            urls: links.map(\.url),
            scratch: scratch
        )
        var receipt = try receipt(answer, given: [:])
        if receipt.outcome == .emitted {
            receipt.validUntil = receipt.validUntil ?? links.map(\.expiresAt).min()
        }
        return receipt
    }

    /// Hands over files that were verified before.
    func files(_ transfer: any Transfer) async throws -> Receipt {
        var given: [Int: FetchedFile] = [:]
        var files: [JSONValue] = []
        for file in backup.files {
            let path = "\(scratch)/\(file.file.position).file"
            let fetched = try await transfer.fetch(file, to: FilePath(path))
            given[file.file.position] = fetched
            files.append(
                describe(
                    file.file,
                    [
                        "path": .string(path), "size_bytes": .integer(fetched.storedSize.bytes),
                        "sha256": .string(fetched.storedSHA256.hex),
                    ]
                )
            )
        }
        let answer = try await program.ask(.deliver, ready, params: params(files), scratch: scratch)
        return try receipt(answer, given: given)
    }

    /// Hands over bytes while they come, file by file.
    func streams(_ transfer: any Transfer) async throws -> Receipt {
        let pipes = try backup.files.map { try StreamPipe("\(scratch)/\($0.file.position).stream") }
        // Not before the program is gone: an end that was not meant must not be seen.
        defer { for pipe in pipes { pipe.shut() } }
        let files = zip(backup.files, pipes).map { file, pipe in describe(file.file, ["stream": .string(pipe.path)]) }
        let given = Given()
        let backup = backup
        let answer = try await program.ask(.deliver, ready, params: params(files), scratch: scratch) { writer, talk in
            for (file, pipe) in zip(backup.files, pipes) {
                let isLast = file.file.position == backup.files.last?.file.position
                try await Self.stream(file, pipe, transfer, writer, talk, given, isLast: isLast)
            }
        }
        return try receipt(answer, given: await given.files)
    }

    private static func stream(
        _ file: ResolvedFile,
        _ pipe: StreamPipe,
        _ transfer: any Transfer,
        _ writer: ProgramWriter,
        _ talk: Talk,
        _ given: Given,
        isLast: Bool
    ) async throws {
        talk.theirTurn()
        try await pipe.open()
        talk.ourTurn()
        let fetched = try await transfer.stream(file) { bytes in
            talk.theirTurn()
            try await pipe.write(bytes, moved: talk.moved)
            talk.ourTurn()
        }
        talk.theirTurn()
        try await pipe.drain(moved: talk.moved)
        await given.add(fetched, at: file.file.position)
        let verified = VerifiedLine(
            position: file.file.position,
            size: fetched.storedSize,
            sha256: fetched.storedSHA256
        )
        // A plugin that knows the size may answer as soon as it has read this.
        if isLast { talk.hasAll() }
        try await writer.write(try verified.value.line() + [UInt8(ascii: "\n")])
        pipe.shut()
    }

    private func params(_ files: [JSONValue]) -> JSONValue {
        let key = DeliveryKey.text(sink: program.context.name, source: backup.source, backup: backup.backup.key)
        return .object([
            "key": .string(key), "source": .string(backup.source.rawValue),
            "instance": WireInstance.value(backup.instance), "backup": WireBackup.value(backup.backup),
            "files": .array(files),
        ])
    }

    private func describe(_ file: BackupFile, _ more: [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [
            "position": .integer(Int64(file.position)), "name": .string(file.name),
        ]
        members["size_bytes"] = .size(file.size)
        members["sha256"] = .text(file.sha256)
        return .object(members.merging(more) { $1 })
    }

    private func receipt(_ answer: Conversation.Answer, given: [Int: FetchedFile]) throws -> Receipt {
        do {
            let receipt: Receipt
            do {
                receipt = try WireReceipt.read(answer.result["receipt"] ?? .null)
            } catch {
                throw Violation.wrongReceipt(String(error.description.dropLast()))
            }
            return try ReceiptCheck.fit(
                receipt,
                files: backup.files.map(\.file),
                given: given,
                wish: ready.description.wish ?? .file
            )
        } catch let violation as Violation {
            throw program.broken(violation, ready.file, "deliver")
        }
    }
}

/// What was handed over and found right.
private actor Given {
    private(set) var files: [Int: FetchedFile] = [:]

    func add(_ file: FetchedFile, at position: Int) { files[position] = file }
}
