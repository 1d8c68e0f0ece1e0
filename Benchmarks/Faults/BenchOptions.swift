/// What the command line asks for.
struct BenchOptions {
    /// The `wherry` to run; nil leaves its columns out.
    var wherry: String?
    /// A part of the names of the behaviors to run; empty is all.
    var only = ""
    /// The object's size in bytes.
    var size: Int64 = 12 << 20
    /// How many cases run at once.
    var jobs = 8
    /// What a case may take, in seconds.
    var deadline = 120

    /// Reads `--name value` pairs.
    ///
    /// - Throws: ``BenchError`` when a name is unknown or a value is missing or no number.
    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw BenchError(message: "\(name) needs a value.") }
            switch name {
            case "--wherry": wherry = value
            case "--only": only = value
            case "--size": size = Int64(try Self.number(name, value))
            case "--jobs": jobs = try Self.number(name, value)
            case "--deadline": deadline = try Self.number(name, value)
            default: throw BenchError(message: "There is no option \(name).")
            }
        }
    }

    private static func number(_ name: String, _ value: String) throws -> Int {
        guard let number = Int(value), number > 0 else {
            throw BenchError(message: "\(name) takes a positive number, not \(value).")
        }
        return number
    }
}

/// A command line that cannot be followed.
struct BenchError: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
