/// The contenders' command lines: every one as fast as its documented options make it for people.
enum Rivals {
    static let curl = Contender(name: "curl", program: Programs.curl) { job in
        ["-q", "-sSf", "-o", job.file, job.link]
    }

    static let wget = Contender(name: "wget", program: Programs.wget) { job in
        ["--no-config", "-q", "-O", job.file, job.link]
    }

    static let rclone = Contender(name: "rclone copyurl", program: Programs.rclone) { job in
        ["--config", "/dev/null", "--quiet", "copyurl", job.link, job.file]
    }

    /// aria2c with as many connections; `allocation` is what its manual advises for the file system, or `none`.
    static func aria2(_ connections: Int, allocation: String = "falloc") -> Contender {
        let suffix = allocation == "falloc" ? "" : " \(allocation)"
        return Contender(name: "aria2c -x\(connections)\(suffix)", program: Programs.aria2) { job in
            [
                "--no-conf", "--quiet", "-x\(connections)", "-s\(connections)", "-k1M",
                "--file-allocation=\(allocation)", "--dir", job.folder, "--out", "object", job.link,
            ]
        }
    }

    /// wherry with a number of connections, or its own choice; `link` in place of the job's.
    static func wherry(_ program: String, connections: Int? = nil, link: String? = nil, name: String? = nil)
        -> Contender
    {
        let choice = connections.map { ["--conns", "\($0)"] } ?? []
        let title = (["wherry"] + choice).joined(separator: " ")
        return Contender(name: name ?? title, program: program, isOurs: true) { job in
            ["fetch", link ?? job.link, "-o", job.file, "--quiet"] + choice
        }
    }

    // MARK: - Lists

    static func aria2List(_ jobs: Int) -> Contender {
        Contender(name: "aria2c -i -j\(jobs)", program: Programs.aria2) { job in
            ["--no-conf", "--quiet", "-j\(jobs)", "--file-allocation=none", "--dir", job.folder, "-i", job.list]
        }
    }

    static func curlList(_ jobs: Int) -> Contender {
        Contender(name: "curl --parallel-max \(jobs)", program: Programs.curl) { job in
            [
                "-q", "-sSf", "--parallel", "--parallel-max", "\(jobs)", "--remote-name-all", "--output-dir",
                job.folder, "-K", job.curlConfiguration,
            ]
        }
    }

    static let wgetList = Contender(name: "wget -i", program: Programs.wget) { job in
        ["--no-config", "-q", "-P", job.folder, "-i", job.list]
    }

    static func wget2List(_ jobs: Int) -> Contender {
        Contender(name: "wget2 --max-threads=\(jobs)", program: Programs.wget2) { job in
            ["-q", "--max-threads=\(jobs)", "-P", job.folder, "-i", job.list]
        }
    }

    static func wherryList(_ program: String, _ jobs: Int) -> Contender {
        Contender(name: "wherry --jobs \(jobs)", program: program, isOurs: true) { job in
            ["fetch", "--list", job.list, "-d", job.folder, "--jobs", "\(jobs)", "--quiet"]
        }
    }
}
