import SystemPackage
import WherryCore
import WherryPluginKit
import WherryPluginWire

import struct Crypto.SHA256

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One file as it was handed over.
struct HandedFile: Lease {
    let file: BackupFile
    let url: IssuedURL?
    /// Where the bytes are, or come.
    let path: String?
    let isStream: Bool

    var networks: NetworkChoice { NetworkChoice(preferred: url?.network ?? .extranet, fallback: .never) }

    init(_ value: JSONValue) throws(WireProblem) {
        guard let position = value["position"]?.integer, let name = value["name"]?.text else {
            throw WireProblem("A file has no position or no name.")
        }
        file = BackupFile(
            position: Int(position),
            name: name,
            size: value["size_bytes"]?.integer.map { ByteCount($0) },
            sha256: value["sha256"]?.text.flatMap { SHA256Digest(hex: $0) }
        )
        isStream = value["stream"] != nil
        path = value["stream"]?.text ?? value["path"]?.text
        if let text = value["url"]?.text, let expiresAt = value["expires_at"]?.text.flatMap({ Timestamp($0) }) {
            url = IssuedURL(
                id: 0,
                url: SignedURL(text),
                network: value["network"]?.text.flatMap { Network(rawValue: $0) } ?? .extranet,
                issuedAt: MachineClock().now,
                expiresAt: expiresAt
            )
        } else {
            url = nil
        }
    }

    func url(on network: Network) async throws -> IssuedURL {
        guard let url else { throw HandedTransfer.notHanded("URLs") }
        return url
    }

    func renew(after old: IssuedURL, because reason: RenewalReason) async throws -> IssuedURL { old }
}

/// Gives a plugin's sink what wherry has handed over.
struct HandedTransfer: Transfer {
    let files: [HandedFile]
    let channel: GuestChannel

    func link(_ file: ResolvedFile) async throws -> IssuedURL { try await file.lease.url(on: .extranet) }

    func fetch(_ file: ResolvedFile, to destination: FilePath) async throws -> FetchedFile {
        let part = destination.string + ".part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(part) }
        do {
            defer { close(descriptor) }
            let fetched = try await stream(file) { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                    guard count >= 0 || errno == EINTR else { throw Self.failure(part) }
                    rest = rest.dropFirst(max(0, count))
                }
            }
            guard fsync(descriptor) == 0, rename(part, destination.string) == 0 else { throw Self.failure(part) }
            try AtomicFile.syncFolder(destination.removingLastComponent().string)
            return fetched
        } catch {
            unlink(part)
            throw error
        }
    }

    func stream(
        _ file: ResolvedFile,
        to receive: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> FetchedFile {
        guard let handed = files.first(where: { $0.file.position == file.file.position }), let path = handed.path else {
            throw Self.notHanded("bytes")
        }
        // Not blocking, so that opening a pipe does not wait for its writer where nobody could cancel it.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var size: Int64 = 0
        while true {
            try Task.checkCancellation()
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 50) > 0 else { continue }
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, filled in
                repeat { count = read(descriptor, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
                filled = max(0, count)
            }
            guard count >= 0 else { throw Self.failure(path) }
            if bytes.isEmpty { break }
            hash.update(data: bytes)
            size += Int64(bytes.count)
            try await receive(bytes)
        }
        guard let digest = SHA256Digest(bytes: hash.finalize()) else { throw Self.unverified }
        try await verify(handed, digest, size)
        return FetchedFile(size: ByteCount(size), sha256: digest, rdb: nil, grade: .complete)
    }

    /// Nobody vouches for a stream's bytes before its line has come.
    private func verify(_ handed: HandedFile, _ digest: SHA256Digest, _ size: Int64) async throws {
        guard handed.isStream else {
            guard handed.file.sha256 == digest else { throw Self.unverified }
            return
        }
        guard let line = await channel.line(), let value = JSONValue(line: line) else { throw CancellationError() }
        let verified = try VerifiedLine(value)
        guard verified.position == handed.file.position, verified.sha256 == digest, verified.size.bytes == size else {
            throw Self.unverified
        }
    }

    private static let unverified = Failure(
        .corrupt,
        code: "external.damaged",
        "The bytes that came are not those that were sent.",
        remedy: "Try again; look at the machine's memory and disk when it happens again."
    )

    static func notHanded(_ what: String) -> Failure {
        Failure(
            .internal,
            code: "external.not-handed",
            "This plugin is given no \(what).",
            remedy: "Have its author choose another wants in PluginMain.serve."
        )
    }

    private static func failure(_ path: String) -> Failure {
        let isFull = [ENOSPC, EDQUOT].contains(errno)
        return Failure(
            isFull ? .exhausted : .configuration,
            code: isFull ? "disk.full" : "disk.not-writable",
            "\(path) could not be read or written: \(String(cString: strerror(errno))).",
            remedy: isFull ? "Free space there." : "Check its rights."
        )
    }
}
