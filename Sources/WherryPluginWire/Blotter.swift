package import WherryCore

/// Makes a stranger's text fit for logs and errors: one line, short, without secrets and without what follows the `?` of
/// a URL.
package struct Blotter: Sendable {
    /// The texts that are blotted out, longest first.
    private let secrets: [String]

    /// A blotter for texts that may hold these.
    package init(secrets: [Secret] = [], urls: [SignedURL] = []) {
        var all: Set<String> = []
        for secret in secrets {
            all.formUnion([secret.reveal, Self.escaped(secret.reveal, isUpper: true)])
            all.insert(Self.escaped(secret.reveal, isUpper: false))
            // A secret file may hold several lines, and text is looked at line by line.
            all.formUnion(secret.reveal.split(whereSeparator: \.isNewline).map(String.init).filter { $0.count >= 8 })
        }
        for url in urls {
            all.insert(url.text)
            guard let mark = url.text.firstIndex(of: "?") else { continue }
            let query = url.text[url.text.index(after: mark)...]
            all.insert(String(query))
            for part in query.split(separator: "&") {
                let value = part.split(separator: "=", maxSplits: 1).last ?? part
                // Shorter ones are words such as an algorithm's name.
                if value.utf8.count >= 16 { all.insert(String(value)) }
            }
        }
        all.remove("")
        self.secrets = all.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// Whether a text holds a secret or one of the URLs; of secrets shorter than 4 bytes nobody can tell.
    package func isStained(_ text: String) -> Bool { secrets.contains { $0.utf8.count >= 4 && text.contains($0) } }

    /// The text, fit for people.
    ///
    /// - Parameter limit: the most characters.
    package func clean(_ text: String, limit: Int = 400) -> String {
        var text = text
        for secret in secrets where text.contains(secret) { text = text.replacing(secret, with: "•••") }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.unicodeScalars.prefix(limit * 2).map(Self.visible))
        let line = Self.withoutQueries(String(scalars)).trimmed
        return line.count > limit ? line.prefix(limit - 1) + "…" : line
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: " "
        case .format, .privateUse, .surrogate, .unassigned: "\u{FFFD}"
        default: scalar
        }
    }

    /// The text with what may be a key cut off from its URLs: queries, fragments, and names with passwords.
    private static func withoutQueries(_ text: String) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        for index in words.indices {
            guard let mark = words[index].firstRange(of: "://") else { continue }
            let rest = words[index][mark.upperBound...]
            let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            if host.contains("@") {
                words[index] = words[index][..<mark.upperBound] + "…"
            } else if let query = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) {
                words[index] = words[index][...query] + "…"
            }
        }
        return words.joined(separator: " ")
    }

    /// It as it may stand in a URL.
    private static func escaped(_ text: String, isUpper: Bool) -> String {
        let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        let last = start.lastIndex { $0 != " " }
        return last.map { String(start[...$0]) } ?? ""
    }
}
