import Foundation

/// Checking a real dump: how fast by itself, and what it costs while downloading.
struct DumpScan {
    let bench: Bench

    func run() throws -> [Bar] {
        let bytes = try RedisDump(bench: bench).publish("dump", bytes: bench.options.size << 19)
        defer { bench.withdraw("dump") }
        return try alone(bytes) + whileDownloading(bytes)
    }

    /// `rdb-scan-bench` against `redis-check-rdb`, the dump in the page cache.
    private func alone(_ bytes: Int) throws -> [Bar] {
        guard let scan = bench.options.scan else {
            TransferBench.note("No --scan PATH of rdb-scan-bench: the scan by itself is left out.")
            return []
        }
        let programs = [("rdb-scan-bench", scan), ("redis-check-rdb", Programs.redisCheck)]
        var walls: [String: [Double]] = [:]
        for round in 0..<bench.options.rounds {
            for (name, program) in round % 2 == 0 ? programs : programs.reversed() {
                walls[name, default: []].append(try bench.run(program, ["\(bench.site)/dump"]).wall.seconds)
            }
        }
        var table = Table(
            "scan: a dump of \(bytes >> 20) MiB by redis-server; seconds, medians of \(bench.options.rounds)",
            ["program", "s", "MB/s"]
        )
        for (name, _) in programs {
            let wall = walls[name]?.median ?? .nan
            table.add([name, wall.text(3), (Double(bytes) / wall / 1e6).text(0)])
        }
        print(table.text)
        let value = (walls["redis-check-rdb"]?.median ?? .nan) / (walls["rdb-scan-bench"]?.median ?? .nan)
        let bar = Bar(name: "scan: speed of redis-check-rdb", value: value, sense: .atLeast, limit: 2)
        print(bar.line)
        return [bar]
    }

    /// wherry fetching the dump and as many random bytes.
    private func whileDownloading(_ bytes: Int) throws -> [Bar] {
        try bench.publish("noise", bytes: bytes)
        defer { bench.withdraw("noise") }
        let contenders = ["dump", "noise"].map {
            Rivals.wherry(bench.options.wherry, link: bench.nginx.link($0), name: "wherry, \($0)")
        }
        let scores = try Contest(
            bench: bench,
            contenders: contenders,
            job: Contender.Job(folder: bench.output),
            files: 1,
            bytes: bytes,
            rounds: bench.options.rounds
        ).run()
        var table = Table(
            "scan while downloading \(bytes >> 20) MiB; seconds, medians of \(bench.options.rounds)",
            ["file", "s", "spread %", "CPU s"]
        )
        for score in scores {
            table.add([
                score.contender.name, score.wall.text(3), score.spread.text(0), score.median(\.raw.cpu).text(2),
            ])
        }
        print(table.text)
        let value = (scores.first?.wall ?? .nan) / (scores.last?.wall ?? .nan)
        let bar = Bar(name: "scan: time of a dump against random bytes", value: value, sense: .atMost, limit: 1.1)
        print(bar.line)
        return [bar]
    }
}
