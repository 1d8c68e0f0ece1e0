import WherryCatalog
import WherryCore

/// A listing command's query: columns of a view, filters that were given, an order and a limit.
struct Listing {
    private var columns: [String]
    private var view: String
    private var order: String
    private var conditions: [String] = []
    private var arguments: [String] = []

    init(_ columns: [String], from view: String, order: String) {
        self.columns = columns
        self.view = view
        self.order = order
    }

    /// Only rows where `condition`, which has one `?`, holds for `value`; nothing when no value was given.
    mutating func filter(_ condition: String, _ value: String?) {
        guard let value else { return }
        conditions.append(condition)
        arguments.append(value)
    }

    /// Only rows where `condition` holds, when `isWanted`.
    mutating func filter(_ condition: String, if isWanted: Bool) {
        if isWanted { conditions.append(condition) }
    }

    /// Runs it on a catalog.
    func rows(of catalog: ReadOnlySQL, limit: Int) throws -> ResultTable {
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return try catalog.run(
            "SELECT \(columns.joined(separator: ", ")) FROM \(view)\(filter) ORDER BY \(order)",
            arguments: arguments,
            rowLimit: limit,
            timeLimit: .seconds(60)
        )
    }
}
