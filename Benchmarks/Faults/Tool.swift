import Foundation

/// One way of downloading: a program and its arguments, as people use it.
struct Tool: Sendable {
    /// What the arguments are made from.
    struct Job: Sendable {
        let link: String
        let file: String
        /// Where `GET` answers with a new link.
        let renewal: String
    }

    /// The column's title.
    let name: String
    /// The program's path.
    let program: String
    /// How often the program is started when it fails, each time with a fresh link.
    var runs = 1
    /// Its arguments.
    let arguments: @Sendable (Job) -> [String]

    /// The tools that are there; tells `note` about the others.
    static func installed(wherry: String?, note: (String) -> Void) -> [Tool] {
        let candidates: [(String, [Tool])] = [
            ("aria2c", [1, 4, 16].map { aria2($0) }),
            ("curl", [curl]),
            ("wget", [wget]),
            ("rclone", [rclone]),
        ]
        var tools: [Tool] = []
        for (program, variants) in candidates {
            if FileManager.default.isExecutableFile(atPath: "/usr/bin/\(program)") {
                tools += variants
            } else {
                note("No /usr/bin/\(program): its columns are left out.")
            }
        }
        if let wherry {
            tools += [1, 4, 16].map { fetch(wherry, $0) }
        } else {
            note("No --wherry PATH: its columns are left out.")
        }
        return tools
    }

    /// `wherry fetch`; the place to change when its command line does.
    private static func fetch(_ program: String, _ connections: Int) -> Tool {
        Tool(name: "wherry \(connections)", program: program) { job in
            [
                "fetch", job.link, "-o", job.file, "--conns", "\(connections)", "--timeout", "3", "--retries", "5",
                "--renew-command", "curl -fsS \(job.renewal)",
            ]
        }
    }

    private static func aria2(_ connections: Int) -> Tool {
        Tool(name: "aria2c -x\(connections)", program: "/usr/bin/aria2c") { job in
            let url = URL(filePath: job.file)
            return [
                "--no-conf", "--quiet", "-x\(connections)", "-s\(connections)", "-k1M", "--max-tries=5",
                "--retry-wait=1", "--timeout=3", "--connect-timeout=3", "--file-allocation=none", "--continue=true",
                "--auto-file-renaming=false", "--dir", url.deletingLastPathComponent().path(),
                "--out", url.lastPathComponent, job.link,
            ]
        }
    }

    private static let curl = Tool(name: "curl", program: "/usr/bin/curl", runs: 2) { job in
        [
            "-q", "-sSfL", "--retry", "5", "--connect-timeout", "3", "--speed-limit", "1", "--speed-time", "3",
            "-C", "-", "-o", job.file, job.link,
        ]
    }

    private static let wget = Tool(name: "wget", program: "/usr/bin/wget") { job in
        ["--no-config", "-q", "-c", "--tries=5", "--timeout=3", "--waitretry=1", "-O", job.file, job.link]
    }

    private static let rclone = Tool(name: "rclone", program: "/usr/bin/rclone") { job in
        [
            "--config", "/dev/null", "--quiet", "--timeout", "3s", "--contimeout", "3s", "--retries", "3",
            "--low-level-retries", "5", "copyurl", job.link, job.file,
        ]
    }
}
