import Foundation

/// The most memory that wherry takes with 16 connections, to a fast server and a limited one.
struct PeakMemory {
    let bench: Bench

    func run() throws -> [Bar] {
        try bench.publish("large", bytes: bench.options.size << 20)
        defer { bench.withdraw("large") }
        let rounds = min(bench.options.rounds, 3)
        var own = rusage()
        getrusage(RUSAGE_SELF.rawValue, &own)
        var table = Table(
            "memory: \(bench.options.size) MiB over 16 connections, the largest of \(rounds); "
                + "none can show less than \(own.ru_maxrss >> 10) MiB, the bench's own",
            ["server", "peak MiB", "s"]
        )
        var bars: [Bar] = []
        for (name, link) in [("fast", bench.nginx.link("large")), ("limited", bench.nginx.limitedLink("large"))] {
            let scores = try Contest(
                bench: bench,
                contenders: [Rivals.wherry(bench.options.wherry, connections: 16)],
                job: Contender.Job(link: link, folder: bench.output),
                files: 1,
                bytes: bench.options.size << 20,
                rounds: rounds
            ).run()
            guard let score = scores.ours, !score.samples.isEmpty else { throw TrialError("wherry failed.") }
            let peak = Double(score.peak) / Double(1 << 20)
            table.add([name, peak.text(1), score.wall.text(2)])
            let title = "memory: peak with --conns 16, \(name) server"
            bars.append(Bar(name: title, value: peak, sense: .atMost, limit: 96, unit: " MiB"))
        }
        print(table.text)
        for bar in bars { print(bar.line) }
        return bars
    }
}
