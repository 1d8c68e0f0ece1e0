/// One step of reading a record; ``RDBGrammar`` makes them, ``RDBParser`` follows them.
struct RDBInstruction: Sendable {
    enum Operation: UInt8, Sendable {
        /// Reads the first byte of a record and goes where the grammar says.
        case record
        /// Reads a string of any encoding.
        case string
        /// Reads a length.
        case length
        /// Reads the number of a database.
        case database
        /// Passes over `argument` bytes.
        case bytes
        /// Reads the head of a blob of kind `argument`; the next instruction must be `terminator`, which is
        /// left out when there is nothing to look at.
        case blob
        /// Reads the last byte of a blob.
        case terminator
        /// Reads a length and puts `target` times as much into counter `argument`.
        case count
        /// Reads as many strings as counter `argument` says.
        case strings
        /// Goes to `target` when counter `argument` is 0, and otherwise into the loop.
        case enter
        /// Goes to `target` as long as counter `argument` is not 0.
        case again
        /// Goes to `target`.
        case jump
        /// Reads a length and goes to `target` when it is 0.
        case optional
        /// Reads a number as text.
        case score
        /// Reads the form of a list node and goes to `target` for a listpack.
        case listNode
        /// Reads the kind of an array's element and goes to `target` after a number.
        case arrayElement
        /// Reads one field of a module; for a string the next two instructions read it and come back;
        /// goes to `target` after the last.
        case moduleField
        /// Reads the checksum.
        case seal
        /// Passes over everything: the records are over.
        case beyond
    }

    let operation: Operation
    let argument: UInt8
    let target: UInt16
    /// The instruction after this one, when it does not go to `target`.
    private(set) var successor: UInt16 = 0

    init(_ operation: Operation, argument: UInt8 = 0, target: Int = 0) {
        self.operation = operation
        self.argument = argument
        self.target = UInt16(truncatingIfNeeded: target)
    }

    /// The same at index `place` of `code`: all it leads to is found without going through a jump.
    func placed(at place: Int, in code: [RDBInstruction]) -> RDBInstruction {
        func end(_ start: Int) -> Int {
            var index = start
            while index < code.count, code[index].operation == .jump { index = Int(code[index].target) }
            return index
        }
        // The target of a count is a number.
        let target = operation == .count ? Int(target) : end(Int(target))
        var placed = RDBInstruction(operation, argument: argument, target: target)
        placed.successor = UInt16(truncatingIfNeeded: end(place + 1))
        return placed
    }
}
