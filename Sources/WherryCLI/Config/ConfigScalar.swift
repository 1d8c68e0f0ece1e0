import WherryCore
import WherryEngine
import WherryTransfer

/// Reads single values by their kind.
enum ConfigScalar {
    /// Why a value is wrong.
    struct Problem: Error {
        /// What to say after the key; nil when what was found and what was expected say it.
        var reason: String?
        /// What a person can do.
        var remedy: String?
    }

    /// What a name must be, for JSON Schema.
    static let namePattern = "^[a-z0-9][a-z0-9-]{0,62}$"
    /// What an endpoint must be, for JSON Schema.
    static let endpointPattern = "^[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?/?$"
    /// What an address with a port must be, for JSON Schema.
    static let listenPattern = "^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$"

    /// Reads a value; secrets are not looked up.
    ///
    /// Lists and mappings are wrong here.
    static func read(_ node: ConfigNode, _ kind: ConfigKind, place: ConfigPlace) -> Result<ConfigValue, Problem> {
        guard case .scalar(let text, _) = node.content, let meaning = node.meaning, !node.isEmpty else {
            return .failure(Problem())
        }
        switch (kind, meaning) {
        case (.integer(let range), .integer(let number?)) where range.contains(number):
            return .success(.integer(number))
        case (.positiveNumber(let most), .integer(let number?)): return positive(Double(number), upTo: most)
        case (.positiveNumber(let most), .number(let number?)): return positive(number, upTo: most)
        case (.boolean, .boolean(let value)): return .success(.boolean(value))
        case (.integer, .text), (.positiveNumber, .text), (.boolean, .text):
            let unquoted = ConfigNode(position: node.position, content: .scalar(text, isPlain: true))
            if case .success = plain(unquoted, kind, place) { return .failure(Problem(remedy: "Remove the quotes.")) }
            return .failure(Problem())
        case (.integer, _), (.positiveNumber, _), (.boolean, _): return .failure(Problem())
        case (.secret, _): return secret(text, place)
        case (.scalar, .integer(let number?)): return .success(.integer(number))
        case (.scalar, .boolean(let value)): return .success(.boolean(value))
        // Durations and addresses need no quotes, so a bare number there lacks its unit or port.
        case (.duration, .integer):
            return .failure(Problem(remedy: "Add a unit: \(text)s, \(text)m, \(text)h or \(text)d."))
        case (.bandwidth, .integer), (.bandwidth, .number):
            return .failure(Problem(remedy: "Add a unit: \(text)K, \(text)M or \(text)MiB, in bytes a second."))
        case (_, .text): return reading(text, kind, place)
        default: return .failure(Problem(remedy: "Put it into quotes if it is meant as text."))
        }
    }

    /// Stops the reader from asking itself about quotes again.
    private static func plain(_ node: ConfigNode, _ kind: ConfigKind, _ place: ConfigPlace) -> Result<
        ConfigValue, Problem
    > {
        if case .text = node.meaning { return .failure(Problem()) }
        return read(node, kind, place: place)
    }

    private static func positive(_ number: Double, upTo most: Double) -> Result<ConfigValue, Problem> {
        number > 0 && number <= most ? .success(.number(number)) : .failure(Problem())
    }

    private static func secret(_ text: String, _ place: ConfigPlace) -> Result<ConfigValue, Problem> {
        do {
            return .success(.secret(try SecretReference(text, place: place), nil))
        } catch {
            return .failure(Problem(reason: error.reason, remedy: error.remedy))
        }
    }

    private static func reading(_ text: String, _ kind: ConfigKind, _ place: ConfigPlace) -> Result<
        ConfigValue, Problem
    > {
        switch kind {
        case .text, .scalar: return .success(.text(text))
        case .name: return isName(text) ? .success(.text(text)) : .failure(Problem())
        case .output where text == "-": return .success(.text(text))
        case .path, .output:
            return place.absolute(text).map { .text($0) }.mapError { Problem(reason: $0.reason, remedy: $0.remedy) }
        case .endpoint: return endpoint(text).map { .success(.text($0)) } ?? .failure(Problem())
        case .listen:
            if listen(text) != nil { return .success(.text(text)) }
            let everywhere = text.hasPrefix(":") || text.hasPrefix("*:")
            return .failure(Problem(remedy: everywhere ? "Write 0.0.0.0 for all IPv4 addresses, [::] for all." : nil))
        case .bandwidth:
            do {
                return .success(.text(try BandwidthSchedule(text).description))
            } catch {
                return .failure(Problem(remedy: error.message))
            }
        case .schedule:
            do {
                return .success(.text(try JobSchedule(text).description))
            } catch {
                return .failure(Problem(remedy: error.message))
            }
        case .zone:
            if ZoneOffset(named: text) != nil { return .success(.text(text)) }
            return .failure(
                Problem(remedy: "The names are those of the zoneinfo database: timedatectl list-timezones.")
            )
        case .duration:
            guard let duration = DurationText.parse(text) else { return .failure(Problem()) }
            return .success(.duration(duration))
        case .choice(let words):
            if words.contains(text) { return .success(.text(text)) }
            return .failure(Problem(remedy: Spelling.nearest(to: text, in: words).map { "Did you mean \($0)?" }))
        case .secret, .integer, .positiveNumber, .boolean, .list, .mapping, .table, .options: return .failure(Problem())
        }
    }

    private static func isName(_ text: String) -> Bool {
        let isWord = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
        }
        return isWord && (1...63).contains(text.utf8.count) && !text.hasPrefix("-")
    }

    /// The URL without a slash at its end.
    private static func endpoint(_ text: String) -> String? {
        guard let mark = text.firstRange(of: "://") else { return nil }
        guard ["http", "https"].contains(text[..<mark.lowerBound].lowercased()) else { return nil }
        let bare = text.hasSuffix("/") ? text.dropLast() : text[...]
        guard mark.upperBound <= bare.endIndex else { return nil }
        let authority = bare[mark.upperBound...]
        let hasPort = authority.last != "]" && authority.contains(":")
        guard let (_, port) = address(hasPort ? String(authority) : "\(authority):443"), port > 0 else { return nil }
        return String(bare)
    }

    /// The host, without brackets, and the port.
    static func listen(_ text: String) -> (host: String, port: Int)? { address(text) }

    private static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), address.allSatisfy({ $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") })
            else {
                return nil
            }
            return (String(address), port)
        }
        let isHost = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return isHost && !host.isEmpty ? (String(host), port) : nil
    }
}
