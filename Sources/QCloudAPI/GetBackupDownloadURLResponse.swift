/// The answer of `GetBackupDownloadUrl` (vendor page 239/8452).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success",
///  "data":{"intranet":"http://10.0.0.9:5500/download/dump.rdb?to/k+en==","extranet":"…"}}
/// ```
public struct GetBackupDownloadURLResponse: Sendable, Equatable {
    /// The addresses; those of the first file when there are several.
    public let url: CRSDownloadURL
    /// All files of a backup that has several; empty when there is only one, as from the vendor always.
    public let files: [CRSDownloadFile]

    /// Makes an answer to send.
    public init(url: CRSDownloadURL, files: [CRSDownloadFile] = []) {
        self.url = url
        self.files = files
    }

    /// Reads an answer; `data` may be an object or an array with one.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form
    ///   or has no address at all.
    public init(decoding bytes: some Collection<UInt8>) throws {
        let payload = try Envelope<URLPayload>.payload(of: bytes)
        self.init(url: payload.url, files: payload.files)
    }

    /// The JSON for a server to send, with slashes as they are.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.object("data") { json in
                json.member("intranet", url.intranet)
                json.member("extranet", url.extranet)
                guard !files.isEmpty else { return }
                json.array("files", files) { json, file in
                    json.object { json in
                        json.member("fileName", file.fileName)
                        json.member("fileSize", file.fileSize)
                        json.member("intranet", file.url.intranet)
                        json.member("extranet", file.url.extranet)
                    }
                }
            }
        }
    }
}

/// The addresses in `data`, or in the first element of `data` when that is an array.
private struct URLPayload: EnvelopePayload {
    let url: CRSDownloadURL
    let files: [CRSDownloadFile]

    init(envelope: KeyedDecodingContainer<EnvelopeKey>) throws {
        // A failure here says only that the value is not an array.
        if var elements = try? envelope.nestedUnkeyedContainer(forKey: .data) {
            url = try elements.decode(CRSDownloadURL.self)
            files = []
        } else {
            url = try envelope.decode(CRSDownloadURL.self, forKey: .data)
            let data = try envelope.nestedContainer(keyedBy: FilesKey.self, forKey: .data)
            files = try data.decodeIfPresent([CRSDownloadFile].self, forKey: .files) ?? []
        }
    }
}

private enum FilesKey: String, CodingKey {
    case files
}
