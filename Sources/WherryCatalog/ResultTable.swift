/// The answer of a query: column names and rows of plain values.
package struct ResultTable: Sendable, Equatable {
    /// One value.
    package enum Cell: Sendable, Equatable {
        /// SQL NULL.
        case null
        /// An integer.
        case integer(Int64)
        /// A floating-point number.
        case real(Double)
        /// Text.
        case text(String)
        /// Bytes.
        case blob([UInt8])
    }

    /// The column names, in order.
    package var columns: [String]
    /// The rows, each as long as ``columns``.
    package var rows: [[Cell]]
    /// Whether there were more rows than were asked for.
    package var isCut = false

    /// A table.
    package init(columns: [String], rows: [[Cell]] = [], isCut: Bool = false) {
        self.columns = columns
        self.rows = rows
        self.isCut = isCut
    }
}
