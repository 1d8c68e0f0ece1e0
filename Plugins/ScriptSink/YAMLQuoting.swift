/// Text as one double-quoted scalar of YAML, in one line (YAML 1.2.2, 5.7 and 7.3.1).
///
/// Whatever is not printable ASCII is written as `\uXXXX`, or `\UXXXXXXXX` beyond the basic plane.
func yamlQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x22, 0x5C: result += "\\" + String(scalar)
        case 0x20...0x7E: result.unicodeScalars.append(scalar)
        case 0...0xFFFF: result += "\\u" + hex(scalar.value, digits: 4)
        default: result += "\\U" + hex(scalar.value, digits: 8)
        }
    }
    return result + "\""
}

private func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
}

/// Lines of text as a literal block of YAML, each with this indent; a quoted scalar when a block could not hold them.
///
/// A block holds what every reader of YAML takes for printable and for no line break but `\n`: ASCII from space, and the
/// letters of other scripts (YAML 1.2.2, 5.1 and 5.4; YAML 1.1 breaks lines at U+0085, U+2028 and U+2029 too).
func yamlBlock(_ text: String, indent: Int) -> String {
    let fits = text.unicodeScalars.allSatisfy { scalar in
        switch scalar.value {
        case 0x0A, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        default: false
        }
    }
    // A first line that begins with a space would be taken for a deeper indent; more than one line end would be cut.
    let isPlain = text.hasSuffix("\n") && !text.hasSuffix("\n\n") && !text.hasPrefix("\n")
    guard fits, isPlain, text.unicodeScalars.first != " " else { return yamlQuoted(text) }
    let margin = String(repeating: " ", count: indent)
    let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    return "|\n" + lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
}
