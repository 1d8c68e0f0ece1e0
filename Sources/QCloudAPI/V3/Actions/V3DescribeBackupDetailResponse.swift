/// The answer of `DescribeBackupDetail` (Python SDK 3.1, redis 2018-04-12).
///
/// ```json
/// {"Response":{"BackupId":"165706342-5832225-1641692389","StartTime":"2022-01-09 09:39:49",
///   "EndTime":"2022-01-09 09:40:12","BackupType":"1","Status":2,"Remark":"","Locked":0,"BackupSize":10240,
///   "InstanceType":8,"MemSize":1024,"ShardNum":1,"ReplicasNum":1,"Encrypted":false},
///  "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}
/// ```
public struct V3DescribeBackupDetailResponse: V3ActionResponse {
    /// How a backup's file is encrypted, in additions of 2026.
    ///
    /// No textual form shows the key.
    public struct Encryption: Sendable, Equatable {
        /// The key that decrypts the file; empty when not told.
        public let decryptKey: String
        /// The key's id in the vendor's key management; empty when not told.
        public let kmsKeyID: String
        /// The algorithm, `AES-256-CBC`; empty when not told.
        public let algorithm: String

        /// Makes a description of an encryption.
        public init(decryptKey: String, kmsKeyID: String, algorithm: String = "AES-256-CBC") {
            self.decryptKey = decryptKey
            self.kmsKeyID = kmsKeyID
            self.algorithm = algorithm
        }
    }

    /// What the list action tells too; its instance members are nil here.
    public var backup: V3Backup
    /// The size of a shard's memory in MB.
    public var memSize: Int?
    /// The number of shards.
    public var shardNum: Int?
    /// The number of replicas.
    public var replicasNum: Int?
    /// How the file is encrypted; nil when it is not, or when nothing but the flag is told.
    public var encryption: Encryption?

    /// Makes an answer to send; the other members can be set afterwards.
    public init(backup: V3Backup) {
        self.backup = backup
    }

    private enum Key: String, CodingKey {
        case memSize = "MemSize"
        case shardNum = "ShardNum"
        case replicasNum = "ReplicasNum"
        case decryptKey = "DecryptKey"
        case kmsKeyID = "KmsKeyId"
        case algorithm = "KeyAlgorithm"
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when the id is missing or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(backup: try V3Backup(from: decoder))
        memSize = try fields.integer(.memSize)
        shardNum = try fields.integer(.shardNum)
        replicasNum = try fields.integer(.replicasNum)
        let found = Encryption(
            decryptKey: try fields.text(.decryptKey) ?? "",
            kmsKeyID: try fields.text(.kmsKeyID) ?? "",
            algorithm: try fields.text(.algorithm) ?? ""
        )
        encryption = found == Encryption(decryptKey: "", kmsKeyID: "", algorithm: "") ? nil : found
    }

    /// The members to send.
    public var members: V3Object {
        var object = backup.members
        object.append("MemSize", memSize)
        object.append("ShardNum", shardNum)
        object.append("ReplicasNum", replicasNum)
        object.append("DecryptKey", encryption?.decryptKey)
        object.append("KmsKeyId", encryption?.kmsKeyID)
        object.append("KeyAlgorithm", encryption?.algorithm)
        return object
    }
}

// MARK: - Redaction

extension V3DescribeBackupDetailResponse.Encryption:
    CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The algorithm, without the key.
    public var description: String { "Encryption(\(algorithm), •••)" }

    /// The same text as ``description``.
    public var debugDescription: String { description }

    /// A mirror with the algorithm only.
    public var customMirror: Mirror { Mirror(self, children: ["algorithm": algorithm]) }
}
