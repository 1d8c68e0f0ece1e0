/// A strict and small reader of the XML that object stores answer with: elements and text.
///
/// Attributes, comments and processing instructions are passed over, prefixes of names dropped; a document type is
/// refused, so no entity but the five of XML itself and numbers can occur.
struct StoreXML: Sendable, Equatable {
    /// The name without its prefix.
    var name: String
    /// Its own text, without that of its children.
    var text = ""
    /// The elements in it.
    var children: [StoreXML] = []

    /// The first child of a name.
    subscript(_ name: String) -> StoreXML? { children.first { $0.name == name } }

    /// The children of a name.
    func all(_ name: String) -> [StoreXML] { children.filter { $0.name == name } }

    /// The text of the first child of a name, without outer blanks; nil when there is none.
    func value(_ name: String) -> String? { self[name].map { String(StoreXML.trimmed($0.text[...])) } }

    /// Reads a document; nil when it is not one such.
    static func read(_ bytes: [UInt8]) -> StoreXML? {
        var reader = Reader(rest: bytes[...])
        return reader.document()
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

private struct Reader {
    var rest: ArraySlice<UInt8>

    mutating func document() -> StoreXML? {
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        guard skipMisc(), let root = element(depth: 0), skipMisc(), rest.isEmpty else { return nil }
        return root
    }

    /// Blanks, comments and instructions around the root.
    private mutating func skipMisc() -> Bool {
        while true {
            rest = rest.drop { $0 == 32 || (9...13).contains($0) }
            if starts("<?") {
                guard skip(past: "?>") else { return false }
            } else if starts("<!--") {
                guard skip(past: "-->") else { return false }
            } else {
                return true
            }
        }
    }

    private mutating func element(depth: Int) -> StoreXML? {
        guard depth < 32, starts("<"), !starts("</"), let (name, isEmpty) = tag() else { return nil }
        var element = StoreXML(name: name)
        if isEmpty { return element }
        var text: [UInt8] = []
        while let byte = rest.first {
            if byte != UInt8(ascii: "<") {
                if byte == UInt8(ascii: "&") {
                    guard let entity = entity() else { return nil }
                    text += entity
                } else {
                    text.append(byte)
                    rest = rest.dropFirst()
                }
            } else if starts("</") {
                guard let (closing, _) = tag(), closing == name else { return nil }
                element.text = String(decoding: text, as: UTF8.self)
                return element
            } else if starts("<![CDATA[") {
                rest = rest.dropFirst(9)
                guard let end = rest.firstRange(of: Array("]]>".utf8)) else { return nil }
                text += rest[..<end.lowerBound]
                rest = rest[end.upperBound...]
            } else if starts("<!--") {
                guard skip(past: "-->") else { return nil }
            } else if starts("<?") {
                guard skip(past: "?>") else { return nil }
            } else {
                guard let child = self.element(depth: depth + 1) else { return nil }
                element.children.append(child)
            }
        }
        return nil
    }

    /// A start or end tag: its name without prefix, and whether it ends itself.
    private mutating func tag() -> (name: String, isEmpty: Bool)? {
        rest = rest.dropFirst(starts("</") ? 2 : 1)
        let name = rest.prefix { !isBlank($0) && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
        guard let first = name.first, isNameStart(first) else { return nil }
        rest = rest[name.endIndex...]
        var quote: UInt8?
        var isEmpty = false
        while let byte = rest.popFirst() {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                let local = name.split(separator: UInt8(ascii: ":")).last ?? name
                return (String(decoding: local, as: UTF8.self), isEmpty)
            } else if byte == UInt8(ascii: "<") {
                return nil
            }
            isEmpty = quote == nil && byte == UInt8(ascii: "/")
        }
        return nil
    }

    private mutating func entity() -> [UInt8]? {
        let name = rest.dropFirst().prefix(10).prefix { $0 != UInt8(ascii: ";") }
        guard rest.dropFirst(name.count + 1).first == UInt8(ascii: ";") else { return nil }
        rest = rest.dropFirst(name.count + 2)
        switch String(decoding: name, as: UTF8.self) {
        case "lt": return [UInt8(ascii: "<")]
        case "gt": return [UInt8(ascii: ">")]
        case "amp": return [UInt8(ascii: "&")]
        case "quot": return [UInt8(ascii: "\"")]
        case "apos": return [UInt8(ascii: "'")]
        case let text where text.hasPrefix("#"):
            let digits = text.dropFirst()
            let isHex = digits.first == "x"
            let value = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            guard let scalar = value.flatMap({ Unicode.Scalar($0) }) else { return nil }
            return Array(String(Character(scalar)).utf8)
        default: return nil
        }
    }

    private mutating func skip(past end: String) -> Bool {
        guard let found = rest.firstRange(of: Array(end.utf8)) else { return false }
        rest = rest[found.upperBound...]
        return true
    }

    private func starts(_ text: String) -> Bool { rest.starts(with: text.utf8) }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private func isNameStart(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}

extension StoreXML {
    /// Text as it stands in a document.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
