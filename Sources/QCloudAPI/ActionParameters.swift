/// Reads action parameters, turning every fault into error 11201 that names the parameter.
struct ActionParameters {
    let parameters: FormParameters

    /// A text that must be there and not be empty.
    func text(_ name: String) throws(CRSError) -> String {
        guard let value = optionalText(name) else { throw CRSError(.invalidParameter, "\(name) is missing.") }
        return value
    }

    /// A text; an empty one counts as absent.
    func optionalText(_ name: String) -> String? {
        parameters[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A number within a range that must be there.
    func number(_ name: String, in range: ClosedRange<Int>) throws(CRSError) -> Int {
        try Self.number(try text(name), name, in: range)
    }

    /// A number within a range, or nil when absent or empty.
    func optionalNumber(_ name: String, in range: ClosedRange<Int>) throws(CRSError) -> Int? {
        guard let value = optionalText(name) else { return nil }
        return try Self.number(value, name, in: range)
    }

    /// A flattened array of numbers that are 0 or more.
    func numbers(_ name: String) throws(CRSError) -> [Int] {
        var numbers: [Int] = []
        for value in parameters.list(name) { numbers.append(try Self.number(value, name, in: 0...Int.max)) }
        return numbers
    }

    /// A `yyyy-MM-dd HH:mm:ss` time as text, or nil when absent or empty.
    func optionalTime(_ name: String) throws(CRSError) -> String? {
        guard let value = optionalText(name) else { return nil }
        guard CRSTimeFormat().parse(value) != nil else {
            throw CRSError(.invalidParameter, "\(name) is not a time of the form yyyy-MM-dd HH:mm:ss.")
        }
        return value
    }

    private static func number(
        _ value: String,
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(CRSError) -> Int {
        guard let number = StrictNumber.signed(value.utf8) else {
            throw CRSError(.invalidParameter, "\(name) is not an integer.")
        }
        guard range.contains(number) else {
            let limit = range.upperBound == Int.max ? "\(range.lowerBound) or more" : "\(range)"
            throw CRSError(.invalidParameter, "\(name) is \(number); it must be \(limit).")
        }
        return number
    }
}
