package import WherryCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How much memory a new program can have.
package enum MachineMemory {
    /// What the system says is available: free, or given up at once, and within the limits of the group that this process
    /// is in, as of a service; nil where it does not say.
    package static var available: ByteCount? {
        guard let data = FileManager.default.contents(atPath: "/proc/meminfo"),
            let machine = available(in: String(decoding: data, as: UTF8.self))
        else { return nil }
        return min(machine, group ?? machine)
    }

    /// What is left of `memory.max` in the control groups (version 2) above this process; nil where there is no limit.
    private static var group: ByteCount? {
        func text(_ path: String) -> String? {
            FileManager.default.contents(atPath: path).map {
                String(String(decoding: $0, as: UTF8.self).prefix { !$0.isNewline })
            }
        }
        guard let line = text("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        var names = line.dropFirst(4).split(separator: "/")
        var least: Int64?
        repeat {
            let folder = (["/sys/fs/cgroup"] + names).joined(separator: "/")
            if let most = text("\(folder)/memory.max").flatMap({ Int64($0) }),
                let used = text("\(folder)/memory.current").flatMap({ Int64($0) })
            {
                least = min(least ?? .max, max(0, most - used))
            }
        } while names.popLast() != nil
        return least.map { ByteCount($0) }
    }

    /// Reads the line `MemAvailable:   12345 kB`.
    static func available(in text: String) -> ByteCount? {
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("MemAvailable:") }
        let words = line?.split(separator: " ") ?? []
        guard words.count == 3, words[2] == "kB", let count = Int64(words[1]) else { return nil }
        return ByteCount(count << 10)
    }
}
