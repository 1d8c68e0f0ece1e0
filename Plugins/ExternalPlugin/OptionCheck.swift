package import WherryCore
package import WherryPluginKit
package import WherryPluginWire

/// Compares what the configuration gives a plugin with what the plugin says it takes: pure.
package struct OptionCheck: Sendable {
    /// What goes into the request.
    package private(set) var values: [String: JSONValue] = [:]
    /// What is wrong, one sentence each.
    package private(set) var problems: [String] = []

    /// Checks the options and secrets given.
    package init(options: [String: OptionValues.Value], secrets: [String: Secret], specs: [OptionSpec]) {
        let names = specs.map(\.name)
        for name in Set(options.keys).union(secrets.keys).subtracting(names).sorted() {
            let known = names.isEmpty ? "none" : names.joined(separator: ", ")
            problems.append("It takes no option \(name), only \(known).")
        }
        for spec in specs {
            if let secret = secrets[spec.name] {
                values[spec.name] = .string(secret.reveal)
            } else if let value = options[spec.name] {
                take(value, spec)
            } else if let text = spec.defaultValue {
                take(.text(text), spec)
            } else if spec.isRequired {
                let place = spec.kind == .secret ? "secrets" : "options"
                problems.append("It needs \(spec.name) below \(place): \(spec.kind.expectation).")
            }
        }
    }

    private mutating func take(_ value: OptionValues.Value, _ spec: OptionSpec) {
        if spec.kind == .secret {
            problems.append("Its option \(spec.name) is a secret: write a reference to it below secrets.")
        } else if let value = Self.value(value, spec.kind) {
            values[spec.name] = value
        } else {
            let hint = spec.kind == .path ? "a path that begins with /" : spec.kind.expectation
            problems.append("Its option \(spec.name) is wrong, expected \(hint).")
        }
    }

    private static func value(_ value: OptionValues.Value, _ kind: OptionSpec.Kind) -> JSONValue? {
        let text: String
        switch value {
        case .text(let value): text = value
        case .integer(let number): text = String(number)
        case .boolean(let value): text = String(value)
        case .secret, .duration, .texts, .records, .mapping: return nil
        }
        switch kind {
        case .string: return .string(text)
        case .path: return text.hasPrefix("/") ? .string(text) : nil
        case .endpoint:
            let isURL = text.hasPrefix("https://") || text.hasPrefix("http://")
            return isURL ? .string(text.hasSuffix("/") ? String(text.dropLast()) : text) : nil
        case .integer(let range): return Int(text).flatMap { range.contains($0) ? .integer(Int64($0)) : nil }
        case .boolean: return ["true": .boolean(true), "false": .boolean(false)][text]
        case .choice(let words): return words.contains(text) ? .string(text) : nil
        case .duration: return seconds(text).map { .integer($0) }
        case .secret, .texts, .records, .mapping: return nil
        }
    }

    /// The seconds of `90s`, `15m`, `12h` or `7d`.
    private static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number > 0 else {
            return nil
        }
        let (product, isTooMuch) = number.multipliedReportingOverflow(by: unit)
        return isTooMuch ? nil : product
    }
}
