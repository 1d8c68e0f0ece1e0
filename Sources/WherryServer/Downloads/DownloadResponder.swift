import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import WherryCore
import WherryPluginKit

/// Serves the files of a hosting source: signed, with ranges, in bounded memory.
struct DownloadResponder: Sendable {
    /// Bytes read and sent at a time.
    private static let chunk = 256 << 10

    let hosting: any FileHosting
    let network: Network?
    /// Where bytes need not pass the program; nil where they must, as for TLS.
    let bodies: FileBodies?

    /// Answers `GET` and `HEAD` of a path below the mount point.
    func respond(to request: Request, target: String, client: IPAddress?, requestID: String) async -> Response {
        let parts = target.dropFirst(HostingPath.mount.count).split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let path = String(parts.first ?? "")
        guard request.method == .get || request.method == .head else {
            return StoreError(.methodNotAllowed, "MethodNotAllowed", "The method is not allowed here.", path, requestID)
                .response
        }
        do {
            let file = try await hosting.open(
                path: path,
                query: parts.count == 2 ? String(parts[1]) : "",
                network: network,
                client: client
            )
            return try answer(request, file, path, requestID)
        } catch let failure as Failure {
            return StoreError(failure, path, requestID).response
        } catch {
            return StoreError(.internalServerError, "InternalError", "The file cannot be served.", path, requestID)
                .response
        }
    }

    private func answer(_ request: Request, _ file: HostedFile, _ path: String, _ requestID: String) throws -> Response
    {
        let modified = HTTPDate.format(file.modifiedAt)
        var headers: HTTPFields = [
            .contentType: "application/octet-stream",
            .acceptRanges: "bytes",
            .eTag: file.etag,
            .lastModified: modified,
            .contentDisposition: "attachment; filename=\"\(file.name)\"",
            .cacheControl: "private, no-store",
        ]
        if let expected = request.headers[.ifMatch], expected != "*", !expected.contains(file.etag) {
            return StoreError(.preconditionFailed, "PreconditionFailed", "The object has changed.", path, requestID)
                .response
        }
        var range = ByteRange.parse(request.headers[.range], size: file.size.bytes)
        if let validator = request.headers[.ifRange], validator != file.etag, validator != modified { range = .whole }
        let bytes: Range<Int64>
        let status: HTTPResponse.Status
        switch range {
        case .whole:
            (bytes, status) = (0..<file.size.bytes, .ok)
        case .part(let part):
            (bytes, status) = (Range(part), .partialContent)
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound)/\(file.size.bytes)"
        case .unsatisfiable:
            var response = StoreError(
                .rangeNotSatisfiable,
                "InvalidRange",
                "The range is behind the end.",
                path,
                requestID
            )
            .response
            response.headers[.contentRange] = "bytes */\(file.size.bytes)"
            return response
        }
        if request.method == .head {
            headers[.contentLength] = String(bytes.count)
            return Response(status: status, headers: headers)
        }
        guard let bodies, bytes.count > Self.chunk, let name = HTTPField.Name(FileBody.header) else {
            return Response(status: status, headers: headers, body: body(file.path, bytes))
        }
        let body = bodies.make()
        headers[name] = String(body.id)
        return Response(status: status, headers: headers, body: spans(body, file.path, bytes))
    }

    /// The file's bytes, by reference.
    private func spans(_ body: FileBody, _ path: String, _ bytes: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: bytes.count) { writer in
            try await NIOThreadPool.singleton.runIfActive { try body.open(path) }
            var next = bytes.lowerBound
            while next < bytes.upperBound {
                let span = FileSpan(offset: next, count: min(Int64(FileSpan.usual), bytes.upperBound - next))
                // While the system sends the one before, this one comes into memory.
                try await body.warm(span)
                try await writer.write(span.bytes)
                next += span.count
            }
            try await writer.finish(nil)
        }
    }

    private func body(_ path: String, _ bytes: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: bytes.count) { writer in
            let handle = try await NIOThreadPool.singleton.runIfActive { try NIOFileHandle(_deprecatedPath: path) }
            defer { try? handle.close() }  // opened for reading: nothing can be lost by a failing close
            let reader = NonBlockingFileIO(threadPool: .singleton)
            var offset = bytes.lowerBound
            while offset < bytes.upperBound {
                let count = Int(min(Int64(Self.chunk), bytes.upperBound - offset))
                let buffer = try await reader.read(
                    fileHandle: handle,
                    fromOffset: offset,
                    byteCount: count,
                    allocator: ByteBufferAllocator()
                )
                guard buffer.readableBytes > 0 else {
                    throw Failure(
                        .corrupt,
                        code: "hosting.short-file",
                        "A hosted file became shorter while it was served."
                    )
                }
                offset += Int64(buffer.readableBytes)
                try await writer.write(buffer)
            }
            try await writer.finish(nil)
        }
    }
}

/// An error as object stores answer it: XML with code, message and resource (vendor page 436/7730).
struct StoreError {
    private(set) var response: Response

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, _ path: String, _ requestID: String) {
        let text = """
            <?xml version='1.0' encoding='utf-8' ?>
            <Error>
            \t<Code>\(code)</Code>
            \t<Message>\(Self.escaped(message))</Message>
            \t<Resource>/\(Self.escaped(path))</Resource>
            \t<RequestId>\(requestID)</RequestId>
            </Error>

            """
        response = Response(
            status: status,
            headers: [.contentType: "application/xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    init(_ failure: Failure, _ path: String, _ requestID: String) {
        switch failure.code {
        case "hosting.expired", "hosting.network", "hosting.client":
            self.init(.forbidden, "AccessDenied", failure.message, path, requestID)
        case "hosting.signature":
            self.init(.forbidden, "SignatureDoesNotMatch", "The Signature you specified is invalid.", path, requestID)
        case "backup.not-found":
            self.init(.notFound, "NoSuchKey", "The specified key does not exist.", path, requestID)
        case _ where failure.failureClass == .transient:
            var error = StoreError(.serviceUnavailable, "ServiceUnavailable", "Try again later.", path, requestID)
            if let wait = failure.retryAfter { error.response.headers[.retryAfter] = String(wait.wholeSeconds) }
            self = error
        default:
            self.init(.internalServerError, "InternalError", "The file cannot be served.", path, requestID)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
