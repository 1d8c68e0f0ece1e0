import Foundation

/// The machine's processes, from /proc.
enum Processes {
    /// Their arguments and environments, by id.
    static func all() throws -> [Int32: (arguments: String, environment: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return names.reduce(into: [:]) { found, pid in
            guard let arguments = read(pid, "cmdline") else { return }
            found[pid] = (arguments, read(pid, "environ") ?? "")
        }
    }

    /// Those whose arguments hold a text, without one and its children.
    static func naming(_ text: String, besides pid: Int32) throws -> [String] {
        let family = try children(of: pid) + [pid]
        return try all().filter { !family.contains($0.key) && $0.value.arguments.contains(text) }.map(\.value.arguments)
    }

    /// The children of a process.
    static func children(of pid: Int32) throws -> [Int32] {
        try all().keys.filter { child in
            // "pid (name) state parent …"; the name may hold anything.
            let fields = read(child, "stat")?.split(separator: ")").last?.split(separator: " ")
            return fields.flatMap { $0.count > 1 ? Int32($0[1]) : nil } == pid
        }
    }

    private static func read(_ pid: Int32, _ name: String) -> String? {
        FileManager.default.contents(atPath: "/proc/\(pid)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}
