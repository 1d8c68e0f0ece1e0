import Foundation

/// The programs that are measured or needed, with the Debian packages that have them.
enum Programs {
    static let aria2 = "/usr/bin/aria2c"
    static let curl = "/usr/bin/curl"
    static let nginx = "/usr/sbin/nginx"
    static let openssl = "/usr/bin/openssl"
    static let rclone = "/usr/bin/rclone"
    static let redisCheck = "/usr/bin/redis-check-rdb"
    static let redisServer = "/usr/bin/redis-server"
    static let sha256sum = "/usr/bin/sha256sum"
    static let sync = "/usr/bin/sync"
    static let wget = "/usr/bin/wget"
    static let wget2 = "/usr/bin/wget2"

    private static let packages = [
        aria2: "aria2", curl: "curl", nginx: "nginx-light", openssl: "openssl", rclone: "rclone",
        redisCheck: "redis-tools", redisServer: "redis-server", sha256sum: "coreutils", sync: "coreutils",
        wget: "wget", wget2: "wget2",
    ]

    /// What the sections need and is not there.
    static func missing(for sections: [Section]) -> [String] {
        let needed = Set([nginx, sync] + sections.flatMap(needed))
        return needed.filter { access($0, X_OK) != 0 }.sorted()
    }

    /// What a person can do about a missing program.
    static func remedy(for program: String) -> String {
        packages[program].map { "apt-get install \($0)" } ?? "build it, see Benchmarks/run."
    }

    private static func needed(by section: Section) -> [String] {
        switch section {
        case .large: [curl, wget, aria2, rclone, sha256sum, openssl]
        case .limited: [aria2]
        case .latency: [curl, wget, aria2, rclone]
        case .small: [curl, wget2, aria2, sha256sum, openssl]
        case .scan: [redisServer, redisCheck]
        case .memory: []
        }
    }
}
