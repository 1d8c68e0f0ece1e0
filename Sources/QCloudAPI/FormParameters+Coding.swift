extension FormParameters {
    /// The pairs as a query string or form body.
    ///
    /// RFC 3986 unreserved characters stay, a space becomes `+`, every other byte becomes `%XX`.
    /// This is what Python's `urlencode` writes, and so what the vendor's own API 2.0 clients send.
    public func encoded() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 8 })
        for field in fields {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
            Self.escape(field.name, into: &bytes)
            bytes.append(UInt8(ascii: "="))
            Self.escape(field.value, into: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes a query string (without its `?`) or a form body.
    ///
    /// Lenient where nothing is lost: empty segments are skipped, a segment without `=` is a name with
    /// an empty value, and characters that should have been escaped are taken as they are.
    ///
    /// - Throws: ``FormDecodingError`` for a broken `%` sequence or text that is not UTF-8.
    public init(decoding bytes: some Collection<UInt8>) throws(FormDecodingError) {
        self.init()
        // The array makes offsets and indices the same, and the loops below free of generics.
        for segment in Array(bytes).split(separator: UInt8(ascii: "&")) {
            guard let equals = segment.firstIndex(of: UInt8(ascii: "=")) else {
                append(try Self.unescape(segment), "")
                continue
            }
            append(try Self.unescape(segment[..<equals]), try Self.unescape(segment[(equals + 1)...]))
        }
    }

    /// Decodes a query string (without its `?`) or a form body held as text.
    ///
    /// - Throws: ``FormDecodingError`` as the byte form does.
    public init(decoding text: String) throws(FormDecodingError) {
        try self.init(decoding: text.utf8)
    }

    // MARK: - Escapes

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func escape(_ text: String, into bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else if byte == UInt8(ascii: " ") {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    private static func unescape(_ text: ArraySlice<UInt8>) throws(FormDecodingError) -> String {
        var raw: [UInt8] = []
        raw.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"):
                raw.append(UInt8(ascii: " "))
                index += 1
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = hexadecimal(text[index + 1]),
                    let low = hexadecimal(text[index + 2])
                else { throw .brokenEscape(offset: index) }
                raw.append(high << 4 | low)
                index += 3
            default:
                raw.append(text[index])
                index += 1
            }
        }
        guard let decoded = String(validating: raw, as: UTF8.self) else { throw .notUTF8(offset: text.startIndex) }
        return decoded
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
