/// Reads an action's parameters strictly, with the vendor's error codes and the parameter's name in every fault.
///
/// That a wrong type is InvalidParameter, a value out of range InvalidParameterValue and an empty required text
/// InvalidParameter.EmptyParam follows from the texts of these codes; which one the vendor's server takes in each case
/// is not documented (inferred).
struct V3Reader {
    private let object: V3Object
    private let prefix: String

    /// Makes a reader of an object that may hold the known names only.
    init(_ object: V3Object, prefix: String = "", known: [String]) throws(V3Error) {
        for (index, member) in object.members.enumerated() {
            guard known.contains(where: { $0.utf8.elementsEqual(member.name.utf8) }) else {
                let shown = member.name.utf8.allSatisfy(CRSRequest.isActionCharacter) ? prefix + member.name : ""
                throw V3Error(.unknownParameter, "The parameter \(shown.prefix(64)) is not known here.")
            }
            guard !object.members[..<index].contains(where: { $0.name == member.name }) else {
                throw V3Error(.invalidParameter, "\(prefix)\(member.name) occurs more than once.")
            }
        }
        self.object = object
        self.prefix = prefix
    }

    /// A text that must be there and not be empty.
    func text(_ name: String) throws(V3Error) -> String {
        guard let value = object[name] else { throw missing(name) }
        let text = try Self.text(value, prefix + name)
        guard !text.isEmpty else { throw V3Error(.emptyParameter, "\(prefix)\(name) is empty.") }
        return text
    }

    /// A text; an empty one counts as absent.
    func optionalText(_ name: String) throws(V3Error) -> String? {
        guard let value = object[name] else { return nil }
        let text = try Self.text(value, prefix + name)
        return text.isEmpty ? nil : text
    }

    /// A number within a range that must be there.
    func number(_ name: String, in range: ClosedRange<Int>) throws(V3Error) -> Int {
        guard let number = try optionalNumber(name, in: range) else { throw missing(name) }
        return number
    }

    /// A number within a range, or nil when absent.
    func optionalNumber(_ name: String, in range: ClosedRange<Int>) throws(V3Error) -> Int? {
        guard let value = object[name] else { return nil }
        return try Self.number(value, prefix + name, in: range)
    }

    /// One of the spellings of an enumeration, or nil when absent or empty.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of _: Choice.Type
    ) throws(V3Error) -> Choice? where Choice.RawValue == String {
        guard let text = try optionalText(name) else { return nil }
        return try choice(text, name)
    }

    /// Spellings of an enumeration; empty when absent.
    func choices<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of _: Choice.Type,
        code: V3ErrorCode = .invalidParameterValue
    ) throws(V3Error) -> [Choice] where Choice.RawValue == String {
        var choices: [Choice] = []
        for text in try texts(name) { choices.append(try choice(text, name, code: code)) }
        return choices
    }

    /// Texts that are not empty; none when absent.
    func texts(_ name: String) throws(V3Error) -> [String] {
        var texts: [String] = []
        for value in try elements(name) {
            let text = try Self.text(value, prefix + name)
            guard !text.isEmpty else { throw V3Error(.invalidParameterValue, "\(prefix)\(name) holds an empty text.") }
            texts.append(text)
        }
        return texts
    }

    /// Numbers within a range; none when absent.
    func numbers(_ name: String, in range: ClosedRange<Int>) throws(V3Error) -> [Int] {
        var numbers: [Int] = []
        for value in try elements(name) { numbers.append(try Self.number(value, prefix + name, in: range)) }
        return numbers
    }

    /// Readers of the objects in an array; none when absent.
    func objects(_ name: String, known: [String]) throws(V3Error) -> [V3Reader] {
        var readers: [V3Reader] = []
        for (index, value) in try elements(name).enumerated() {
            guard case .object(let object) = value else { throw wrongType(name, value, "an array of objects") }
            readers.append(try V3Reader(object, prefix: "\(prefix)\(name).\(index).", known: known))
        }
        return readers
    }

    /// A `yyyy-MM-dd HH:mm:ss` time as text, or nil when absent or empty.
    func optionalTime(_ name: String) throws(V3Error) -> String? {
        guard let text = try optionalText(name) else { return nil }
        guard CRSTimeFormat().parse(text) != nil else {
            throw V3Error(.invalidPeriod, "\(prefix)\(name) is not a time of the form yyyy-MM-dd HH:mm:ss.")
        }
        return text
    }

    // MARK: - Values

    private func elements(_ name: String) throws(V3Error) -> [V3Value] {
        guard let value = object[name] else { return [] }
        guard case .array(let elements) = value else { throw wrongType(name, value, "an array") }
        return elements
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String,
        _ name: String,
        code: V3ErrorCode = .invalidParameterValue
    ) throws(V3Error) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let list = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw V3Error(code, "\(prefix)\(name) is none of \(list).")
        }
        return choice
    }

    private func missing(_ name: String) -> V3Error {
        V3Error(.missingParameter, "The required parameter \(prefix)\(name) is missing.")
    }

    private func wrongType(_ name: String, _ value: V3Value, _ wanted: String) -> V3Error {
        V3Error(.invalidParameter, "\(prefix)\(name) is \(value.kind); it must be \(wanted).")
    }

    private static func text(_ value: V3Value, _ name: String) throws(V3Error) -> String {
        switch value {
        case .text(let text), .untyped(let text): return text
        case .object, .array, .integer, .number, .flag, .null:
            throw V3Error(.invalidParameter, "\(name) is \(value.kind); it must be a text.")
        }
    }

    private static func number(_ value: V3Value, _ name: String, in range: ClosedRange<Int>) throws(V3Error) -> Int {
        let found: Int?
        switch value {
        case .integer(let number): found = number
        case .untyped(let text): found = StrictNumber.signed(text.utf8)
        case .object, .array, .text, .number, .flag, .null: found = nil
        }
        guard let number = found else {
            throw V3Error(.invalidParameter, "\(name) is \(value.kind); it must be an integer.")
        }
        guard range.contains(number) else {
            let limit = range.upperBound == Int.max ? "\(range.lowerBound) or more" : "\(range)"
            throw V3Error(.invalidParameterValue, "\(name) is \(number); it must be \(limit).")
        }
        return number
    }
}
