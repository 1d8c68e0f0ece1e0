/// What is measured, in the order it is.
enum Section: String, CaseIterable {
    case large, limited, latency, small, scan, memory

    /// Measures, and prints a table.
    ///
    /// - Returns: what of it has a bar.
    func run(_ bench: Bench) throws -> [Bar] {
        switch self {
        case .large: try LargeFile(bench: bench).run()
        case .limited: try LimitedServer(bench: bench).run()
        case .latency: try LongWay(bench: bench).run()
        case .small: try SmallFiles(bench: bench).run()
        case .scan: try DumpScan(bench: bench).run()
        case .memory: try PeakMemory(bench: bench).run()
        }
    }
}
