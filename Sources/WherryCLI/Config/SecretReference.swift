/// Says where a secret is, so that the configuration need not hold it.
enum SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// An environment variable: `env:NAME`.
    case environment(String)
    /// A file, by absolute path: `file:PATH`.
    case file(String)
    /// A credential that systemd hands over: `credential:NAME` (systemd.exec(5), LoadCredential=).
    case credential(String)

    /// Why a text is no reference.
    ///
    /// Never holds the text, which may be the secret itself.
    struct Problem: Error {
        /// What to say after the key.
        var reason: String
        /// What a person can do.
        var remedy: String
    }

    /// What the configuration may say, for people.
    static let expectation = "env:NAME, file:PATH or credential:NAME"

    /// What ``init(_:place:)`` takes, for JSON Schema.
    static let pattern = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:[^~].*|credential:[A-Za-z0-9_-][A-Za-z0-9_.-]*)$"

    /// Reads a reference; relative paths start at the configuration's folder.
    init(_ text: String, place: ConfigPlace) throws(Problem) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let rest = parts.count == 2 ? parts[1] : ""
        switch parts[0] {
        case "env" where parts.count == 2:
            guard rest.utf8.allSatisfy(Self.isWordByte), let first = rest.utf8.first, !(48...57).contains(first) else {
                throw Problem(
                    reason: "has no variable's name after env:",
                    remedy: "Write env: and a name of letters, digits and _, without $."
                )
            }
            self = .environment(rest)
        case "credential" where parts.count == 2:
            let isName = rest.utf8.allSatisfy {
                Self.isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
            guard isName, !rest.isEmpty, !rest.hasPrefix(".") else {
                throw Problem(
                    reason: "has no credential's name after credential:",
                    remedy: "Write credential: and the name that the unit's LoadCredential= has."
                )
            }
            self = .credential(rest)
        case "file" where parts.count == 2:
            switch place.absolute(rest) {
            case .success(let path): self = .file(path)
            case .failure(let problem): throw Problem(reason: "has no usable path after file:", remedy: problem.remedy)
            }
        default:
            throw Problem(
                reason: "is not a reference to a secret, expected \(Self.expectation)",
                remedy: "Put the secret into a file of mode 0600 or an environment variable, and write where it is."
            )
        }
    }

    /// As the configuration spells it, with the path absolute.
    var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .credential(let name): "credential:\(name)"
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
