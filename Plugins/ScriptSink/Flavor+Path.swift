import WherryCore
import WherryPluginKit

extension Flavor {
    /// Where a file goes, spelled so that the tool and the system it runs on take it as it is.
    ///
    /// - Throws: ``Failure`` of class `configuration` for a path that an aria2 input file cannot hold.
    func path(_ path: String) throws -> String {
        switch self {
        case .wget, .curl, .kubernetes, .slurm:
            return path
        case .powershell:
            return windowsPath(path)
        case .aria2:
            // Spaces at the ends are not part of an option's value there.
            guard path == path.trimming(" ") else {
                throw Failure(
                    .configuration,
                    code: "script.path-unusable",
                    "An aria2 input file cannot hold the path \(path): it begins or ends with a space.",
                    remedy: "Take the space out of the option path of this sink."
                )
            }
            return path
        }
    }

    /// What two paths have in common when they are one file: Windows looks at letters, not at their case.
    func sameness(of path: String) -> String { self == .powershell ? path.lowercased() : path }
}

/// A path that means the same on Windows: what is not allowed in names there becomes `%XX`.
///
/// These are `<>:"|?*\`, a dot or space at the end of a component, and the names of devices, with or without an ending
/// (Microsoft, "Naming Files, Paths, and Namespaces"). Ids never hold a bare `%`, so different ids stay different.
func windowsPath(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { component in
        var bytes = component.utf8.flatMap { byte in
            #"<>:"|?*\"#.utf8.contains(byte) ? percentEncoded(byte) : [byte]
        }
        if let last = bytes.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") {
            bytes = bytes.dropLast() + percentEncoded(last)
        }
        let stem = component.prefix { $0 != "." }.trimming(" ").uppercased()
        if isDevice(stem), let first = bytes.first { bytes = percentEncoded(first) + bytes.dropFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }.joined(separator: "/")
}

private func percentEncoded(_ byte: UInt8) -> [UInt8] {
    let hex = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
}

private func isDevice(_ name: String) -> Bool {
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(name) { return true }
    let digits = "123456789\u{B9}\u{B2}\u{B3}"
    return name.count == 4 && (name.hasPrefix("COM") || name.hasPrefix("LPT")) && digits.contains(name.suffix(1))
}

extension StringProtocol {
    /// The text without this character at its ends.
    func trimming(_ character: Character) -> String {
        var rest = self[...]
        while rest.first == character { rest = rest.dropFirst() }
        while rest.last == character { rest = rest.dropLast() }
        return String(rest)
    }
}
