/// Bounded parallel work.
package enum Concurrently {
    /// Applies `transform` to every element, at most `width` at a time; the results keep the order of `elements`.
    ///
    /// The first error cancels the rest and is thrown.
    package static func map<Element: Sendable, Value: Sendable>(
        _ elements: [Element],
        width: Int,
        _ transform: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var results: [Int: Value] = [:]
            for (index, element) in elements.enumerated() {
                if index >= width, let (done, value) = try await group.next() { results[done] = value }
                group.addTask { (index, try await transform(element)) }
            }
            for try await (done, value) in group { results[done] = value }
            return elements.indices.compactMap { results[$0] }
        }
    }
}
