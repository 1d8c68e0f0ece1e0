/// Reads the `multipart/form-data` bodies that the vendor's SDKs send with TC3 (RFC 7578).
///
/// A part with `Content-Type: application/json` holds an array or object as JSON, any other a plain value
/// (Python SDK 3.1.195, `_get_multipart_body`). Redis has no binary parameters, so every part must be UTF-8.
enum V3Multipart {
    /// The boundary in a `Content-Type` value, or nil when that is not `multipart/form-data` with one.
    static func boundary(of contentType: String) -> String? {
        let pieces = contentType.split(separator: ";").map(V3Text.trimmed)
        guard let type = pieces.first, V3Text.lowercased(type) == "multipart/form-data" else { return nil }
        for piece in pieces.dropFirst() {
            let sides = piece.split(separator: "=", maxSplits: 1).map(V3Text.trimmed)
            guard sides.count == 2, V3Text.lowercased(sides[0]) == "boundary" else { continue }
            let text = unquoted(sides[1])
            return (1...70).contains(text.utf8.count) ? text : nil
        }
        return nil
    }

    /// The parts as members, in their order; an empty body has none.
    ///
    /// - Throws: ``V3Error`` InvalidParameter when the body is not of this form.
    static func object(of body: [UInt8], boundary: String) throws(V3Error) -> V3Object {
        var object = V3Object()
        guard !body.isEmpty else { return object }
        let opening = Array("--\(boundary)".utf8)
        let delimiter = Array("\r\n--\(boundary)".utf8)
        guard body.starts(with: opening) else { throw malformed }
        var names: Set<[UInt8]> = []
        var rest = body.dropFirst(opening.count)
        while !rest.starts(with: "--".utf8) {
            guard rest.starts(with: "\r\n".utf8), let end = rest.firstRange(of: delimiter) else { throw malformed }
            let member = try part(rest[rest.startIndex..<end.lowerBound].dropFirst(2))
            guard names.insert(Array(member.name.utf8)).inserted else {
                throw V3Error(.invalidParameter, "A parameter occurs more than once.")
            }
            object.append(member.name, member.value)
            rest = rest[end.upperBound...]
        }
        return object
    }

    // MARK: - Parts

    private static var malformed: V3Error { V3Error(.invalidParameter, "The multipart body is malformed.") }

    private static func part(_ bytes: ArraySlice<UInt8>) throws(V3Error) -> V3Object.Member {
        guard let blank = bytes.firstRange(of: Array("\r\n\r\n".utf8)),
            let head = String(validating: bytes[bytes.startIndex..<blank.lowerBound], as: UTF8.self),
            let content = String(validating: bytes[blank.upperBound...], as: UTF8.self)
        else { throw malformed }
        var name: String?
        var isJSON = false
        for line in head.split(separator: "\r\n") {
            let sides = line.split(separator: ":", maxSplits: 1).map(V3Text.trimmed)
            guard sides.count == 2 else { throw malformed }
            switch V3Text.lowercased(sides[0]) {
            case "content-disposition": name = fieldName(sides[1])
            case "content-type": isJSON = V3Text.lowercased(sides[1]).hasPrefix("application/json")
            default: break
            }
        }
        guard let name, !name.isEmpty else { throw malformed }
        return V3Object.Member(name: name, value: isJSON ? try V3Value(json: Array(content.utf8)) : .untyped(content))
    }

    private static func fieldName(_ disposition: String) -> String? {
        for piece in disposition.split(separator: ";").dropFirst() {
            let sides = piece.split(separator: "=", maxSplits: 1).map(V3Text.trimmed)
            if sides.count == 2, V3Text.lowercased(sides[0]) == "name" { return unquoted(sides[1]) }
        }
        return nil
    }

    private static func unquoted(_ text: String) -> String {
        text.utf8.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
            ? String(text.dropFirst().dropLast()) : text
    }
}
