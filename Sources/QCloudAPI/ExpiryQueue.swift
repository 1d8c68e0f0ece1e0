/// A binary heap that gives back elements by rising key, equal keys in the order they came.
struct ExpiryQueue<Element: Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Int64
        let order: UInt64
        let element: Element

        func precedes(_ other: Entry) -> Bool { (key, order) < (other.key, other.order) }
    }

    private var entries: [Entry] = []
    private var nextOrder: UInt64 = 0

    /// The lowest key, or nil when empty.
    var firstKey: Int64? { entries.first?.key }

    /// Adds an element in logarithmic time.
    mutating func insert(_ element: Element, at key: Int64) {
        entries.append(Entry(key: key, order: nextOrder, element: element))
        nextOrder &+= 1
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].precedes(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the element with the lowest key in logarithmic time.
    mutating func popFirst() -> Element? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first.element }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].precedes(entries[least]) { least = child }
            }
            guard least != parent else { return first.element }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
