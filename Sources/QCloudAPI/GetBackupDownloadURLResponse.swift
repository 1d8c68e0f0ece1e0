/// The answer of `GetBackupDownloadUrl` (vendor page 239/8452).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success",
///  "data":{"intranet":"http://10.0.0.9:5500/download/dump.rdb?to/k+en==","extranet":"…"}}
/// ```
public struct GetBackupDownloadURLResponse: Sendable, Equatable {
    /// The addresses.
    public let url: CRSDownloadURL

    /// Makes an answer to send.
    public init(url: CRSDownloadURL) {
        self.url = url
    }

    /// Reads an answer; `data` may be an object or an array with one.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form
    ///   or has no address at all.
    public init(decoding bytes: some Collection<UInt8>) throws {
        self.init(url: try Envelope<URLPayload>.payload(of: bytes).url)
    }

    /// The JSON for a server to send, with slashes as they are.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.object("data") { json in
                json.member("intranet", url.intranet)
                json.member("extranet", url.extranet)
            }
        }
    }
}

/// The addresses in `data`, or in the first element of `data` when that is an array.
private struct URLPayload: EnvelopePayload {
    let url: CRSDownloadURL

    init(envelope: KeyedDecodingContainer<EnvelopeKey>) throws {
        // A failure here says only that the value is not an array.
        if var elements = try? envelope.nestedUnkeyedContainer(forKey: .data) {
            url = try elements.decode(CRSDownloadURL.self)
        } else {
            url = try envelope.decode(CRSDownloadURL.self, forKey: .data)
        }
    }
}
