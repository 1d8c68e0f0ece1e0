/// Finds what somebody may have meant.
enum Spelling {
    /// The candidate that is nearest to `word`; nil when none is near.
    ///
    /// Of equally near ones, the first by alphabet.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let wanted = Array(word.lowercased())
        // A longer word may hold a longer mistake.
        let limit = max(1, min(3, wanted.count / 3))
        var best: (distance: Int, candidate: String)?
        for candidate in candidates.sorted() {
            let letters = Array(candidate.lowercased())
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(from: wanted, to: letters)
            if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.candidate
    }

    /// How many letters must be added, removed, replaced or swapped with their neighbor.
    private static func distance(from left: [Character], to right: [Character]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let isSame = left[row] == right[column]
                var best = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
