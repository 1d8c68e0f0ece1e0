import WherryCore
import WherryPluginKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What HEAD says of an object.
struct StoredObject: Sendable, Equatable {
    /// Its size in bytes; nil when the store does not say.
    var size: Int64?
    /// The token of the upload that made it; nil when it is not one of ours.
    var token: String?
}

extension StoreClient {
    /// The header that says which upload made an object.
    static let tokenHeader = "x-amz-meta-wherry-upload"

    /// What is known of an object; nil when there is none.
    func look(at key: String) async throws -> StoredObject? {
        let call = StoreCall(method: "HEAD", key: key, doing: "looking at \(address.location(key))")
        do {
            let response = try await repeating(call)
            return StoredObject(
                size: response.header("content-length").flatMap { Int64($0) },
                token: response.header(Self.tokenHeader)
            )
        } catch let failure as Failure where failure.code == "s3.no-object" {
            return nil
        }
    }

    /// Stores a small object at once.
    func put(_ part: UploadPart, at key: String, headers: [(name: String, value: String)]) async throws {
        let call = StoreCall(
            method: "PUT",
            key: key,
            headers: headers,
            pieces: part.pieces,
            payload: part.digest,
            doing: "storing \(address.location(key))",
            timeout: Self.timeout(for: part.size)
        )
        _ = try await repeating(call)
    }

    /// Removes an object; well done when there is none.
    func delete(_ key: String) async throws {
        let call = StoreCall(method: "DELETE", key: key, doing: "removing \(address.location(key))")
        do {
            _ = try await repeating(call)
        } catch let failure as Failure where failure.code == "s3.no-object" {}
    }

    /// Asks for one object's name, to see whether the bucket is there and the key is good.
    func probe(prefix: String) async throws {
        let call = StoreCall(
            method: "GET",
            query: [("list-type", "2"), ("max-keys", "1"), ("prefix", prefix)],
            doing: "listing s3://\(address.bucket)"
        )
        let answer = try await repeating(call)
        guard StoreXML.read(answer.body)?.name == "ListBucketResult" else {
            throw StoreFailure.unreadable(call.doing, host: address.host)
        }
    }

    /// How long a body of that size may take: at least 64 KiB a second.
    static func timeout(for size: Int) -> Duration { .seconds(90 + size / (64 << 10)) }

    /// Bytes as a header carries them.
    static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
