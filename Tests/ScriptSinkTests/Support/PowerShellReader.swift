/// The strings of a PowerShell script, read by the rules of its language and not by those of our writer.
///
/// A string in single quotes begins with any of five characters and ends with any of them; two in a row are one of the
/// string, the first of them (PowerShell's tokenizer, `ScanStringLiteral`). Strings in double quotes escape with a
/// backtick or by doubling, and hold `$( … )`; comments go from `#` to the end of the line.
struct PowerShellReader {
    /// All strings in single quotes, in order; nil when one is left open.
    static func literals(in text: String) -> [String]? {
        var scalars = Array(text.unicodeScalars)[...]
        var literals: [String] = []
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "`":
                scalars = scalars.dropFirst()
            case "#":
                scalars = scalars.drop { $0 != "\n" }
            case "\"":
                guard skipDouble(&scalars) else { return nil }
            case _ where isQuote(scalar):
                guard let literal = literal(&scalars) else { return nil }
                literals.append(literal)
            default: break
            }
        }
        return literals
    }

    private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
        [0x27, 0x2018, 0x2019, 0x201A, 0x201B].contains(scalar.value)
    }

    private static func literal(_ scalars: inout ArraySlice<Unicode.Scalar>) -> String? {
        var result = String.UnicodeScalarView()
        while let scalar = scalars.popFirst() {
            if isQuote(scalar) {
                guard let next = scalars.first, isQuote(next) else { return String(result) }
                scalars = scalars.dropFirst()
            }
            result.append(scalar)
        }
        return nil
    }

    private static func skipDouble(_ scalars: inout ArraySlice<Unicode.Scalar>) -> Bool {
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "`":
                scalars = scalars.dropFirst()
            case "\"":
                guard scalars.first == "\"" else { return true }
                scalars = scalars.dropFirst()
            default: break
            }
        }
        return false
    }
}
