import Crypto
import WherryCore
import WherryPluginKit

/// A part as the store lists it.
struct ListedPart: Sendable, Equatable {
    var etag: String
    var size: Int64
}

/// An unfinished upload as the store lists it.
struct ListedUpload: Sendable, Equatable {
    var key: String
    var uploadID: String
}

extension StoreClient {
    /// Starts an upload.
    ///
    /// - Returns: its id, and whether the store will check a SHA-256 of each part.
    func create(
        _ key: String,
        headers: [(name: String, value: String)],
        withChecksums: Bool
    ) async throws -> (uploadID: String, hasChecksums: Bool) {
        let call = StoreCall(
            method: "POST",
            key: key,
            query: [("uploads", "")],
            headers: headers + (withChecksums ? [("x-amz-checksum-algorithm", "SHA256")] : []),
            doing: "starting the upload of \(address.location(key))"
        )
        let answer = try await send(call)
        guard let result = StoreXML.read(answer.body), result.name == "InitiateMultipartUploadResult",
            let id = result.value("UploadId"), !id.isEmpty
        else { throw StoreFailure.unreadable(call.doing, host: address.host) }
        // A store that knows no checksums passes over the header and does not repeat it.
        let algorithm = answer.header("x-amz-checksum-algorithm") ?? result.value("ChecksumAlgorithm")
        return (id, withChecksums && algorithm?.uppercased() == "SHA256")
    }

    /// Uploads one part.
    ///
    /// - Returns: the name that the store gives it.
    func upload(
        _ part: UploadPart,
        to note: UploadNote,
        uploadID: String,
        headers: [(name: String, value: String)]
    ) async throws -> String {
        var headers = headers
        if note.hasChecksums { headers.append(("x-amz-checksum-sha256", Self.base64(part.digest))) }
        let call = StoreCall(
            method: "PUT",
            key: note.key,
            query: [("partNumber", String(part.number)), ("uploadId", uploadID)],
            headers: headers,
            pieces: part.pieces,
            payload: part.digest,
            doing: "uploading part \(part.number) of \(address.location(note.key))",
            timeout: Self.timeout(for: part.size)
        )
        let answer = try await repeating(call)
        guard let etag = answer.header("etag"), !etag.isEmpty else {
            throw StoreFailure.unreadable(call.doing, host: address.host)
        }
        return etag
    }

    /// The parts that the store has of an upload, by number; nil when it no longer has the upload.
    func parts(of key: String, uploadID: String) async throws -> [Int: ListedPart]? {
        var parts: [Int: ListedPart] = [:]
        var marker: String?
        repeat {
            let call = StoreCall(
                method: "GET",
                key: key,
                query: [("uploadId", uploadID)] + (marker.map { [("part-number-marker", $0)] } ?? []),
                doing: "listing the parts of \(address.location(key))"
            )
            let answer: HTTPExchangeResponse
            do {
                answer = try await repeating(call)
            } catch let failure as Failure where ["s3.no-upload", "s3.no-object"].contains(failure.code) {
                return nil
            }
            guard let page = StoreXML.read(answer.body), page.name == "ListPartsResult" else {
                throw StoreFailure.unreadable(call.doing, host: address.host)
            }
            for part in page.all("Part") {
                guard let number = part.value("PartNumber").flatMap({ Int($0) }), let etag = part.value("ETag"),
                    let size = part.value("Size").flatMap({ Int64($0) })
                else { throw StoreFailure.unreadable(call.doing, host: address.host) }
                parts[number] = ListedPart(etag: etag, size: size)
            }
            let next = page.value("IsTruncated") == "true" ? page.value("NextPartNumberMarker") : nil
            marker = next == marker ? nil : next
        } while marker != nil
        return parts
    }

    /// The unfinished uploads of all keys that begin so, whoever started them.
    func uploads(under prefix: String) async throws -> [ListedUpload] {
        var uploads: [ListedUpload] = []
        var after: (key: String, id: String)?
        while true {
            let call = StoreCall(
                method: "GET",
                query: [("prefix", prefix), ("uploads", "")]
                    + (after.map { [("key-marker", $0.key), ("upload-id-marker", $0.id)] } ?? []),
                doing: "listing the uploads of s3://\(address.bucket)"
            )
            let answer = try await repeating(call)
            guard let page = StoreXML.read(answer.body), page.name == "ListMultipartUploadsResult" else {
                throw StoreFailure.unreadable(call.doing, host: address.host)
            }
            for upload in page.all("Upload") {
                guard let key = upload.value("Key"), let id = upload.value("UploadId") else {
                    throw StoreFailure.unreadable(call.doing, host: address.host)
                }
                uploads.append(ListedUpload(key: key, uploadID: id))
            }
            guard page.value("IsTruncated") == "true", let key = page.value("NextKeyMarker"), !key.isEmpty else {
                return uploads
            }
            let next = (key: key, id: page.value("NextUploadIdMarker") ?? "")
            if let after, after == next { return uploads }
            after = next
        }
    }

    /// Has the store make the object of its parts; sent once.
    ///
    /// - Throws: ``Failure``, also when the store says so behind a status of 200, which it may.
    func complete(_ note: UploadNote, uploadID: String, parts: [(number: Int, part: PartNote)]) async throws {
        var body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for (number, part) in parts {
            body += "<Part><PartNumber>\(number)</PartNumber><ETag>\(StoreXML.escaped(part.etag))</ETag>"
            if note.hasChecksums, let digest = Hexadecimal.bytes(part.sha256) {
                body += "<ChecksumSHA256>\(Self.base64(digest))</ChecksumSHA256>"
            }
            body += "</Part>"
        }
        body += "</CompleteMultipartUpload>"
        var call = StoreCall(
            method: "POST",
            key: note.key,
            query: [("uploadId", uploadID)],
            headers: [("content-type", "application/xml")],
            doing: "completing \(address.location(note.key))"
        )
        // The store may put together for minutes.
        call.timeout = .seconds(900)
        let answer = try await send(call.with(body: Array(body.utf8)))
        guard let result = StoreXML.read(answer.body), result.name == "CompleteMultipartUploadResult" else {
            throw refusal(answer, doing: call.doing)
        }
        try check(result.value("ChecksumSHA256"), of: note, parts: parts)
    }

    /// Drops an upload with its parts; well done when there is none.
    func abort(_ key: String, uploadID: String) async throws {
        let call = StoreCall(
            method: "DELETE",
            key: key,
            query: [("uploadId", uploadID)],
            doing: "dropping the upload of \(address.location(key))"
        )
        do {
            _ = try await repeating(call)
        } catch let failure as Failure where ["s3.no-upload", "s3.no-object"].contains(failure.code) {}
    }

    /// Compares the digest of the parts' digests with what the store says, where it says one.
    private func check(_ told: String?, of note: UploadNote, parts: [(number: Int, part: PartNote)]) throws {
        guard note.hasChecksums, let told, told.hasSuffix("-\(parts.count)") else { return }
        var hash = SHA256()
        for (_, part) in parts { hash.update(data: Hexadecimal.bytes(part.sha256) ?? []) }
        guard told == "\(Self.base64(Array(hash.finalize())))-\(parts.count)" else {
            throw StoreFailure.notAsSent(address.location(note.key), "its checksum is another")
        }
    }
}
