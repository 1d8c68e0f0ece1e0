/// One step of reading a record; ``RDBGrammar`` makes them, ``RDBParser`` follows them.
struct RDBInstruction: Sendable {
    enum Operation: UInt8, Sendable {
        /// Reads the first byte of a record and goes where the grammar says.
        case record
        /// Reads a string of any encoding.
        case string
        /// Reads a length.
        case length
        /// Passes over `argument` bytes.
        case bytes
        /// Reads the head of a blob of kind `argument`; the next instruction must be `terminator`, which is
        /// left out when there is nothing to look at.
        case blob
        /// Reads the last byte of a blob.
        case terminator
        /// Reads a length into counter `argument`.
        case count
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

    init(_ operation: Operation, argument: UInt8 = 0, target: Int = 0) {
        self.operation = operation
        self.argument = argument
        self.target = UInt16(truncatingIfNeeded: target)
    }
}
