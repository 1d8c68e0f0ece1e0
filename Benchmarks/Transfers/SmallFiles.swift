/// Many files of 64 KiB, 32 at a time: what a file costs besides its bytes.
struct SmallFiles {
    let bench: Bench
    private let jobs = 32

    func run() throws -> [Bar] {
        let rounds = bench.options.rounds
        let files = try FileList(bench, count: bench.options.scaled(10_000, atLeast: 200))
        defer { files.withdraw() }
        let scores = try Contest(
            bench: bench,
            contenders: [
                Rivals.wherryList(bench.options.wherry, jobs), Rivals.aria2List(jobs), Rivals.curlList(jobs),
                Rivals.wget2List(jobs),
            ],
            job: files.job(bench.nginx.link),
            files: files.count,
            bytes: files.count * FileList.size,
            followUp: .syncAndDigestsOfAll,
            rounds: rounds
        ).run()
        var table = Table(
            "small: \(files.count) files of 64 KiB; seconds, medians of \(rounds)",
            [
                "contender", "raw", "spread %", "files/s", "sync", "sha256sum", "openssl",
                "files/s with sync+sha256sum",
                "with sync+openssl", "CPU s", "peak MiB",
            ]
        )
        let count = Double(files.count)
        for score in scores {
            let parts = [score.median(\.sync.wall), score.median(\.sha256sum.wall), score.median(\.openssl.wall)]
            table.add(
                [score.contender.name, score.wall.text(2), score.spread.text(0), (count / score.wall).text(0)]
                    + parts.map { score.contender.isOurs ? "in it" : $0.text(2) } + [
                        (count / score.median(\.withCoreutils)).text(0), (count / score.median(\.withOpenSSL)).text(0),
                        score.median(\.raw.cpu).text(2), "\(score.peak >> 20)",
                    ]
            )
        }
        print(table.text)
        let ours = scores.ours?.wall ?? .nan
        let bars = [
            Bar(
                name: "small: files/s of the best rival + sync + sha256sum",
                value: scores.best { $0.median(\.withCoreutils) } / ours,
                sense: .atLeast,
                limit: 1
            ),
            Bar(
                name: "small: files/s of the best rival + sync + openssl",
                value: scores.best { $0.median(\.withOpenSSL) } / ours,
                sense: .atLeast,
                limit: 1
            ),
            Bar(
                name: "small: files/s of the best raw rival",
                value: scores.best(\.wall) / ours,
                sense: .atLeast,
                limit: 1
            ),
            Bar(
                name: "small: peak memory",
                value: scores.ours.map { Double($0.peak) / Double(1 << 20) } ?? .nan,
                sense: .atMost,
                limit: 96,
                unit: " MiB"
            ),
        ]
        for bar in bars { print(bar.line) }
        return bars
    }
}
