import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What is written down of an upload before it is needed.
///
/// ```json
/// {"key":"crs-1/…/shard-0.rdb","stage":"open","token":"9f…","uploadID":"…","partSize":16777216,"isGrowing":false,
///  "hasChecksums":true,"startedAt":"2026-11-24T02:00:00Z"}
/// ```
struct UploadNote: Codable, Sendable, Equatable {
    /// How far it is.
    enum Stage: String, Codable, Sendable {
        /// The store is about to be asked for an upload of this key; its id is not known.
        case opening
        /// Parts are on their way. Nobody has asked for the object yet.
        case open
        /// The store was asked, or is about to be, to make the object.
        case completing
        /// The object is there; kept until the whole backup is.
        case stored
    }

    /// The object.
    var key: String
    /// How far it is.
    var stage: Stage
    /// In the object's metadata: who made it.
    var token: String
    /// The store's name of the upload; nil while ``Stage/opening``.
    var uploadID: String?
    /// The size of the first parts, in bytes.
    var partSize: Int
    /// Whether later parts are larger, see ``PartSizes``.
    var isGrowing: Bool
    /// Whether the store checks a SHA-256 of each part.
    var hasChecksums: Bool
    /// When it was started.
    var startedAt: Timestamp
    /// What the whole is, from ``Stage/completing`` on: verified to its last byte.
    var content: StoredContent?
}

/// What is written down of a part that the store has taken.
struct PartNote: Codable, Sendable, Equatable {
    /// The store's name of it.
    var etag: String
    /// Its size in bytes.
    var size: Int64
    /// Its digest, in hexadecimal digits.
    var sha256: String
    /// When it was uploaded.
    var at: Timestamp
}

/// What a verified file is, so that a receipt can be given for it by another run.
struct StoredContent: Codable, Sendable, Equatable {
    struct Dump: Codable, Sendable, Equatable {
        struct Keys: Codable, Sendable, Equatable {
            var total: Int64
            var expiring: Int64
            var byType: [String: Int64]
        }

        var format: String
        var engineVersion: String?
        var createdAt: Timestamp?
        var keys: Keys?
    }

    var size: Int64
    var sha256: String
    var grade: String
    var rdb: Dump?
    /// What the object holds, where a pipeline changed the bytes.
    var stored: Form?

    struct Form: Codable, Sendable, Equatable {
        var stages: [String]
        var size: Int64
        var sha256: String
    }

    /// The object's size in bytes.
    var storedSize: Int64 { stored?.size ?? size }

    /// What a transfer found.
    init(_ file: FetchedFile) {
        size = file.size.bytes
        sha256 = file.sha256.hex
        grade = file.grade.rawValue
        stored = file.stored.map { Form(stages: $0.stages, size: $0.size.bytes, sha256: $0.sha256.hex) }
        rdb = file.rdb.map { facts in
            Dump(
                format: facts.format,
                engineVersion: facts.engineVersion,
                createdAt: facts.createdAt,
                keys: facts.keys.map { Dump.Keys(total: $0.total, expiring: $0.expiring, byType: $0.byType) }
            )
        }
    }

    /// The entry of a receipt.
    func artifact(position: Int, location: String) -> Artifact {
        Artifact(
            position: position,
            location: location,
            size: ByteCount(size),
            sha256: SHA256Digest(hex: sha256),
            rdb: rdb.map { dump in
                RDBFacts(
                    format: dump.format,
                    engineVersion: dump.engineVersion,
                    createdAt: dump.createdAt,
                    keys: dump.keys.map { KeyCounts(total: $0.total, expiring: $0.expiring, byType: $0.byType) }
                )
            },
            grade: Grade(rawValue: grade),
            stored: stored.flatMap { form in
                SHA256Digest(hex: form.sha256).map {
                    StoredForm(stages: form.stages, size: ByteCount(form.size), sha256: $0)
                }
            }
        )
    }
}

/// The uploads of one sink, in the catalog.
struct UploadBook: Sendable {
    let notes: any PluginNotes

    /// All uploads, by key.
    func all() async throws -> [UploadNote] {
        try await notes.notes(under: "upload/").values.compactMap { Self.decoded(UploadNote.self, $0) }
            .sorted { ($0.key, $0.token) < ($1.key, $1.token) }
    }

    /// The uploads of one object: one, or none.
    func uploads(of key: String) async throws -> [UploadNote] { try await all().filter { $0.key == key } }

    /// Writes one down.
    func write(_ note: UploadNote) async throws {
        try await notes.note("upload/\(note.token)", try Self.encoded(note))
    }

    /// Forgets one, its parts first.
    func forget(_ note: UploadNote) async throws {
        for name in try await notes.notes(under: Self.parts(note)).keys { try await notes.note(name, nil) }
        try await notes.note("upload/\(note.token)", nil)
    }

    /// Writes down a part.
    func write(_ part: PartNote, number: Int, of note: UploadNote) async throws {
        try await notes.note(Self.parts(note) + String(number), try Self.encoded(part))
    }

    /// Forgets one part.
    func forgetPart(_ number: Int, of note: UploadNote) async throws {
        try await notes.note(Self.parts(note) + String(number), nil)
    }

    /// The parts of an upload, by number.
    func parts(of note: UploadNote) async throws -> [Int: PartNote] {
        let prefix = Self.parts(note)
        var parts: [Int: PartNote] = [:]
        for (name, text) in try await notes.notes(under: prefix) {
            guard let number = Int(name.dropFirst(prefix.count)) else { continue }
            parts[number] = Self.decoded(PartNote.self, text)
        }
        return parts
    }

    private static func parts(_ note: UploadNote) -> String { "part/\(note.token)/" }

    private static func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What was noted; nil where this version cannot read it, as if it were not there.
    private static func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))  // an upload that nobody knows is begun anew
    }
}
