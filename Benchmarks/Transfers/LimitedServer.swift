/// A server that limits the rate, as object stores do: what counts is to keep every connection busy to the end.
///
/// nginx limits each response, and grants its first second for nothing; a client that asks for many ranges gets more
/// than the limit. So the same is measured through a relay that limits each connection, without such a gift.
struct LimitedServer {
    /// Bytes a second: 20 MiB/s.
    static let rate = 20 << 20

    let bench: Bench

    func run() throws -> [Bar] {
        var bars: [Bar] = []
        let rounds = min(bench.options.rounds, 3)
        var table = Table(
            "limited: 20 MiB/s for each response (nginx) or connection (relay); medians of \(rounds)",
            ["limit, contender", "MiB", "s", "spread %", "MiB/s", "of N x 20", "CPU s", "peak MiB"]
        )
        for count in [4, 8, 16] {
            let size = count * bench.options.scaled(160, atLeast: 40)
            try bench.publish("limited", bytes: size << 20)
            defer { bench.withdraw("limited") }
            let scores = try measure(count, size: size, rounds, link: bench.nginx.limitedLink("limited"))
            let relay = try RelayChild(bench, delay: .zero, rate: Self.rate, window: 256 << 10)
            defer { relay.end() }
            let strict = try measure(count, size: size, rounds, link: relay.link("limited"))
            for (limit, scores) in [("nginx", scores), ("relay", strict)] {
                for score in scores { table.add(row(limit, score, size, count)) }
                let share = Double(size) / (scores.ours?.wall ?? .nan) / Double(count * Self.rate >> 20)
                let name = "limited: share of \(count) x 20 MiB/s, limit by \(limit)"
                bars.append(Bar(name: name, value: share, sense: .atLeast, limit: 0.95))
            }
        }
        print(table.text)
        for bar in bars { print(bar.line) }
        return bars
    }

    private func measure(_ count: Int, size: Int, _ rounds: Int, link: String) throws -> [Score] {
        try Contest(
            bench: bench,
            contenders: [Rivals.wherry(bench.options.wherry, connections: count), Rivals.aria2(count)],
            job: Contender.Job(link: link, folder: bench.output),
            files: 1,
            bytes: size << 20,
            rounds: rounds
        ).run()
    }

    private func row(_ limit: String, _ score: Score, _ size: Int, _ count: Int) -> [String] {
        let speed = Double(size) / score.wall
        return [
            "\(limit), \(score.contender.name)", "\(size)", score.wall.text(2), score.spread.text(0), speed.text(1),
            (speed / Double(count * Self.rate >> 20)).text(3), score.median(\.raw.cpu).text(2), "\(score.peak >> 20)",
        ]
    }
}
