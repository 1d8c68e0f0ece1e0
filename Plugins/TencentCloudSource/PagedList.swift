/// A list that comes in pages, from one query after another; each page is fetched when its first element is asked for.
///
/// Every element comes once, although a list that grows in front of the reader repeats some.
actor PagedList<Query: Sendable, Element: Sendable, ID: Hashable & Sendable> {
    /// Fetches the page of so many elements at an offset.
    typealias Fetch = @Sendable (Query, _ limit: Int, _ offset: Int) async throws -> (page: [Element], total: Int?)

    private let id: @Sendable (Element) -> ID
    private let limit: Int
    private let fetch: Fetch
    private var queries: ArraySlice<Query>
    private var paging: Paging<ID>
    private var yielded: Set<ID> = []
    private var rest: ArraySlice<Element> = []

    init(_ queries: [Query], limit: Int, id: @escaping @Sendable (Element) -> ID, fetch: @escaping Fetch) {
        self.queries = queries[...]
        self.limit = limit
        self.id = id
        self.fetch = fetch
        paging = Paging(limit: limit)
    }

    /// The list as a stream.
    nonisolated func stream() -> AsyncThrowingStream<Element, any Error> {
        AsyncThrowingStream { try await self.next() }
    }

    private func next() async throws -> Element? {
        while rest.isEmpty, let query = queries.first {
            let (page, total) = try await fetch(query, paging.limit, paging.offset)
            let fresh = paging.take(page.map(id), total: total)
            rest = fresh.map { page[$0] }.filter { yielded.insert(id($0)).inserted }[...]
            if paging.isDone {
                queries.removeFirst()
                paging = Paging(limit: limit)
            }
        }
        return rest.popFirst()
    }
}
