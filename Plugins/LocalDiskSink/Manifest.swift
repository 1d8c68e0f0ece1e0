import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The JSON file beside each backup that says what it is without asking the catalog.
///
/// It holds no URL.
struct Manifest: Encodable {
    /// How its name ends, behind the backup's id.
    static let suffix = ".manifest.json"

    struct File: Encodable {
        var shard: Int
        var name: String
        var path: String
        var sizeBytes: Int64?
        var sha256: String?
        var grade: String?
        var rdbFormat: String?
        var engineVersion: String?
        var dumpedAt: Timestamp?
        var stages: [String]?
        var storedSizeBytes: Int64?
        var storedSha256: String?
    }

    var wherryManifest = 1
    var source: String
    var instance: String
    var instanceName: String
    var topology: String
    var backup: String
    var kind: String
    var remark: String
    var startedAt: Timestamp
    var endedAt: Timestamp?
    var deliveredAt: Timestamp
    var files: [File]

    init(_ backup: ResolvedBackup, artifacts: [Artifact], root: String, deliveredAt: Timestamp) {
        source = backup.source.rawValue
        instance = backup.instance.id.rawValue
        instanceName = backup.instance.name
        topology = backup.instance.topology.rawValue
        self.backup = backup.backup.id.rawValue
        kind = backup.backup.kind.rawValue
        remark = backup.backup.remark
        startedAt = backup.backup.startedAt
        endedAt = backup.backup.endedAt
        self.deliveredAt = deliveredAt
        files = zip(backup.files, artifacts).map { file, artifact in
            File(
                shard: artifact.position,
                name: file.file.name,
                path: String(artifact.location.dropFirst(root.count + 1)),
                sizeBytes: artifact.size?.bytes,
                sha256: artifact.sha256?.hex,
                grade: artifact.grade?.rawValue,
                rdbFormat: artifact.rdb?.format,
                engineVersion: artifact.rdb?.engineVersion,
                dumpedAt: artifact.rdb?.createdAt,
                stages: artifact.stored?.stages,
                storedSizeBytes: artifact.stored?.size.bytes,
                storedSha256: artifact.stored?.sha256.hex
            )
        }
    }

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
