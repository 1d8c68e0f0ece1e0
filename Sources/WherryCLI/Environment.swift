#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The environment variables of this process.
enum Environment {
    /// The value of a variable; nil when it is not set or empty.
    static func value(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// The name of this machine; empty when it has none.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Who runs this process: for the column asked_by.
    static var user: String {
        // Not $USER: cron and systemd do not set it, and anybody may set it to anything.
        guard let entry = getpwuid(getuid()) else { return "uid\(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }
}
