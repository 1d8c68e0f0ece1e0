/// Which page of a list to ask for next, while the list may change; pure.
///
/// Offsets count items and are multiples of the page size (vendor pages 239/20018 and 239/20011).
struct Paging<ID: Hashable> {
    /// The page size to ask for.
    private(set) var limit: Int
    /// The items to skip.
    private(set) var offset = 0
    /// Whether there is nothing more to ask for.
    private(set) var isDone = false
    private var seen: Set<ID> = []
    private var secondReadingEnds: Int?

    /// Pages of `limit` items.
    init(limit: Int) { self.limit = limit }

    /// Takes the page at ``offset`` and gives the positions of what is new in it.
    mutating func take(_ page: [ID], total: Int?) -> [Int] {
        let fresh = page.indices.filter { seen.insert(page[$0]).inserted }
        // A server with smaller pages than asked for: go on in its steps, so that nothing is stepped over.
        if offset == 0, !page.isEmpty, page.count < limit, total.map({ $0 > page.count }) ?? true { limit = page.count }
        offset += limit
        if let end = secondReadingEnds {
            isDone = offset >= end
        } else if fresh.isEmpty || total.map({ offset >= $0 }) ?? false {
            end(total: total)
        }
        return fresh
    }

    /// Ends the reading, or begins the second one.
    ///
    /// What is deleted while pages are read moves the rest forward, and one item over the border that was just passed.
    /// Who has fewer than the total after several pages reads them once more.
    private mutating func end(total: Int?) {
        guard let total, seen.count < total, offset > limit else {
            isDone = true
            return
        }
        secondReadingEnds = offset
        offset = 0
    }
}
