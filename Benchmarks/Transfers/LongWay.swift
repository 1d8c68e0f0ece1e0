/// A round trip of 20 ms: one file, and a list of small ones.
struct LongWay {
    let bench: Bench
    private let jobs = 16

    func run() throws -> [Bar] {
        let relay = try RelayChild(bench, delay: .milliseconds(10), rate: 0, window: 4 << 20)
        defer { relay.end() }
        return try oneFile(relay) + manyFiles(relay)
    }

    private func oneFile(_ relay: RelayChild) throws -> [Bar] {
        let size = bench.options.scaled(256, atLeast: 32)
        try bench.publish("far", bytes: size << 20)
        defer { bench.withdraw("far") }
        let wherry = bench.options.wherry
        let scores = try Contest(
            bench: bench,
            contenders: [Rivals.wherry(wherry), Rivals.curl, Rivals.wget, Rivals.aria2(4), Rivals.rclone],
            job: Contender.Job(link: relay.link("far"), folder: bench.output),
            files: 1,
            bytes: size << 20,
            rounds: bench.options.rounds
        ).run()
        return report("latency, one file of \(size) MiB", scores, amount: Double(size), unit: "MiB/s")
    }

    private func manyFiles(_ relay: RelayChild) throws -> [Bar] {
        let files = try FileList(bench, count: 200)
        defer { files.withdraw() }
        let scores = try Contest(
            bench: bench,
            contenders: [
                Rivals.wherryList(bench.options.wherry, jobs), Rivals.curlList(jobs), Rivals.aria2List(jobs),
                Rivals.wgetList,
            ],
            job: files.job(relay.link),
            files: files.count,
            bytes: files.count * FileList.size,
            rounds: bench.options.rounds
        ).run()
        return report("latency, 200 files of 64 KiB", scores, amount: Double(files.count), unit: "files/s")
    }

    private func report(_ title: String, _ scores: [Score], amount: Double, unit: String) -> [Bar] {
        var table = Table(
            "\(title), 20 ms round trip; seconds, medians of \(bench.options.rounds)",
            ["contender", "raw", "spread %", unit, "of wherry's", "CPU s"]
        )
        let ours = scores.ours?.wall ?? .nan
        for score in scores {
            table.add([
                score.contender.name, score.wall.text(3), score.spread.text(0), (amount / score.wall).text(1),
                (ours / score.wall).text(2), score.median(\.raw.cpu).text(2),
            ])
        }
        print(table.text)
        let value = scores.best(\.wall) / ours
        let bar = Bar(name: "\(title): rate of the best rival", value: value, sense: .atLeast, limit: 1)
        print(bar.line)
        return [bar]
    }
}
