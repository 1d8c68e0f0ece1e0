/// One large file of random bytes: raw, and at equal work, which is durable and with a known SHA-256.
struct LargeFile {
    let bench: Bench

    func run() throws -> [Bar] {
        let bytes = bench.options.size << 20
        try bench.publish("large", bytes: bytes)
        let wherry = bench.options.wherry
        let contest = Contest(
            bench: bench,
            contenders: [
                Rivals.wherry(wherry), Rivals.wherry(wherry, connections: 1), Rivals.curl, Rivals.wget,
                Rivals.aria2(4), Rivals.aria2(4, allocation: "none"), Rivals.rclone,
            ],
            job: Contender.Job(link: bench.nginx.link("large"), folder: bench.output),
            files: 1,
            bytes: bytes,
            followUp: .syncAndDigests,
            rounds: bench.options.rounds
        )
        let scores = try contest.run()
        let floor = try (0..<bench.options.rounds).map { _ in
            try Floor.measure(bench, name: "large", bytes: bytes)
        }
        bench.withdraw("large")
        print(table(scores, floor, gibibytes: Double(bytes) / Double(1 << 30)).text)
        let bars = bars(scores, gibibytes: Double(bytes) / Double(1 << 30))
        for bar in bars { print(bar.line) }
        return bars
    }

    private func table(_ scores: [Score], _ floor: [Cost], gibibytes: Double) -> Table {
        var table = Table(
            "large: one file of \(bench.options.size) MiB; seconds, medians of \(bench.options.rounds)",
            [
                "contender", "raw", "MiB/s", "spread %", "sync", "sha256sum", "openssl", "raw+sync+sha256sum",
                "raw+sync+openssl", "/wherry", "CPU s/GiB", "peak MiB",
            ]
        )
        let ours = scores.ours?.wall ?? .nan
        for score in scores {
            let parts = [score.median(\.sync.wall), score.median(\.sha256sum.wall), score.median(\.openssl.wall)]
            table.add(
                [
                    score.contender.name, score.wall.text(2), (gibibytes * 1024 / score.wall).text(0),
                    score.spread.text(0),
                ] + parts.map { score.contender.isOurs ? "in it" : $0.text(2) } + [
                    score.median(\.withCoreutils).text(2), score.median(\.withOpenSSL).text(2),
                    (score.median(\.withCoreutils) / ours).text(2),
                    (score.median(\.raw.cpu) / gibibytes).text(2), "\(score.peak >> 20)",
                ]
            )
        }
        let wall = floor.map(\.wall.seconds).median ?? .nan
        let cpu = floor.map(\.cpu.seconds).median ?? .nan
        table.add(
            ["(read and write only)", wall.text(2), (gibibytes * 1024 / wall).text(0)]
                + Array(repeating: "", count: 7) + [(cpu / gibibytes).text(2), ""]
        )
        return table
    }

    private func bars(_ scores: [Score], gibibytes: Double) -> [Bar] {
        guard let ours = scores.ours else { return [] }
        let raw = ours.wall / scores.best(\.wall)
        let coreutils = ours.wall / scores.best { $0.median(\.withCoreutils) }
        let openssl = ours.wall / scores.best { $0.median(\.withOpenSSL) }
        let rival = scores.best { $0.median(\.raw.cpu) } + scores.best { $0.median(\.openssl.cpu) }
        let cpu = ours.median(\.raw.cpu) / gibibytes
        return [
            Bar(name: "large: time of the best rival + sync + sha256sum", value: coreutils, sense: .atMost, limit: 0.5),
            Bar(name: "large: time of the best rival + sync + openssl", value: openssl, sense: .atMost, limit: 0.75),
            Bar(name: "large: time of the best raw rival", value: raw, sense: .atMost, limit: 1),
            Bar(
                name: "large: CPU s/GiB against the least rival's + openssl's",
                value: cpu,
                sense: .atMost,
                limit: rival / gibibytes
            ),
        ]
    }
}
