package import WherryCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How much memory a new program can have.
package enum MachineMemory {
    /// What the system says is available: free, or given up at once; nil where it does not say.
    package static var available: ByteCount? {
        guard let data = FileManager.default.contents(atPath: "/proc/meminfo") else { return nil }
        return available(in: String(decoding: data, as: UTF8.self))
    }

    /// Reads the line `MemAvailable:   12345 kB`.
    static func available(in text: String) -> ByteCount? {
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("MemAvailable:") }
        let words = line?.split(separator: " ") ?? []
        guard words.count == 3, words[2] == "kB", let count = Int64(words[1]) else { return nil }
        return ByteCount(count << 10)
    }
}
