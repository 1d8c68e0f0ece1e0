package import WherryCore

import struct Crypto.SHA256

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file of a plugin, which nobody but its owner may have changed.
package struct PluginFile: Sendable, Hashable {
    /// Tells one state of a file from another without reading it.
    package struct Identity: Sendable, Hashable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64
    }

    /// Its absolute path, without symbolic links.
    package let path: String
    /// Its state when it was looked at.
    package let identity: Identity

    /// Looks at the file of this path.
    ///
    /// - Throws: ``Failure`` of class `configuration`: `external.not-found`, `external.not-executable`,
    ///   `external.exposed` when others than root and this user can change it.
    package init(path given: String) throws {
        guard let real = realpath(given, nil) else {
            throw Failure(
                .configuration,
                code: "external.not-found",
                "There is no plugin at \(given).",
                remedy: "Check the path, and whether this user may look there."
            )
        }
        defer { free(real) }
        path = String(cString: real)
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 else {
            throw Failure(
                .configuration,
                code: "external.not-executable",
                "The plugin \(path) is no file that this user may execute.",
                remedy: "Run chmod 755 on it."
            )
        }
        try Self.requireTrust(path, status)
        for folder in Set([Self.folder(path), Self.folder(given)]) {
            var status = stat()
            guard stat(folder, &status) == 0 else { continue }
            guard status.st_mode & S_ISVTX == 0 else { continue }
            guard !Self.isOpenToOthers(status) else {
                throw Self.exposed(folder, "others may change what is in it", "Run chmod go-w on it.")
            }
            guard Self.isTrusted(status.st_uid) else {
                throw Self.exposed(folder, "it belongs to another user", "Make root or this user its owner.")
            }
        }
        identity = Identity(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: Int64(status.st_mtim.tv_sec),
            nanoseconds: Int64(status.st_mtim.tv_nsec)
        )
    }

    private static func requireTrust(_ path: String, _ status: stat) throws {
        guard !isOpenToOthers(status) else {
            throw exposed(path, "others may change it", "Run chmod go-w on it, after a look at what is in it.")
        }
        guard isTrusted(status.st_uid) else {
            throw exposed(path, "it belongs to another user", "Make root or this user its owner.")
        }
    }

    private static func isTrusted(_ user: uid_t) -> Bool { user == 0 || user == geteuid() }

    /// Whether others than the owner may write; a group counts as others unless it is the owner's own, which by custom
    /// has the owner's number and no other members; numbers below 1000 are given out to users and groups apart.
    private static func isOpenToOthers(_ status: stat) -> Bool {
        if status.st_mode & S_IWOTH != 0 { return true }
        let isOwnGroup = status.st_gid == status.st_uid && (status.st_uid == 0 || status.st_uid >= 1_000)
        return status.st_mode & S_IWGRP != 0 && !isOwnGroup
    }

    private static func exposed(_ path: String, _ reason: String, _ remedy: String) -> Failure {
        Failure(
            .configuration,
            code: "external.exposed",
            "The plugin is not run, as \(path) is not safe: \(reason).",
            remedy: remedy
        )
    }

    private static func folder(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The digest of its bytes.
    ///
    /// - Throws: ``Failure`` `external.not-executable` when it cannot be read.
    package func digest() throws -> SHA256Digest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var count = -1
        repeat {
            count = descriptor < 0 ? -1 : read(descriptor, &buffer, buffer.count)
            if count > 0 {
                buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            }
        } while count > 0 || (count < 0 && errno == EINTR && descriptor >= 0)
        guard count == 0, let digest = SHA256Digest(bytes: hash.finalize()) else {
            throw Failure(
                .configuration,
                code: "external.not-executable",
                "The plugin \(path) cannot be read.",
                remedy: "Give this user the right to read it, or remove sha256: from the configuration."
            )
        }
        return digest
    }
}

/// Where plugins are looked for by name.
package enum PluginFolders {
    /// When nobody says otherwise.
    package static let usual = ["/usr/local/lib/wherry/plugins", "/usr/lib/wherry/plugins"]

    /// The path of the plugin of this name: the first folder that has `wherry-KIND-NAME` wins.
    ///
    /// - Throws: ``Failure`` `external.not-found` of class `configuration`.
    package static func path(of name: String, kind: String, in folders: [String]) throws -> String {
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
            }
        let file = "wherry-\(kind)-\(name)"
        if isName, let folder = folders.first(where: { access("\($0)/\(file)", F_OK) == 0 }) {
            return "\(folder)/\(file)"
        }
        throw Failure(
            .configuration,
            code: "external.not-found",
            isName
                ? "There is no \(file) in \(folders.joined(separator: ", "))."
                : "The name of a plugin has other characters than small letters, digits and hyphens.",
            remedy: "Install it there, or write path: instead of name:."
        )
    }
}
