/// A measured value and what it is to be.
struct Bar {
    enum Sense {
        case atMost, atLeast
    }

    let name: String
    let value: Double
    let sense: Sense
    let limit: Double
    var unit = ""

    /// Whether it is met, and by how much not.
    var verdict: String {
        guard value.isFinite else { return "not measured" }
        let excess = sense == .atMost ? value / limit - 1 : 1 - value / limit
        return excess <= 0 ? "met" : "missed by \((excess * 100).text(1)) %"
    }

    /// One line, under its table.
    var line: String {
        let aim = "\(sense == .atMost ? "at most" : "at least") \(limit.text(2))\(unit)"
        return "bar: \(name): \(value.text(3))\(unit), \(aim): \(verdict)"
    }

    /// All of them, as a table.
    static func summary(_ bars: [Bar]) -> String {
        guard !bars.isEmpty else { return "" }
        var table = Table("bars", ["bar", "measured", "aim", "verdict"])
        for bar in bars {
            let sign = bar.sense == .atMost ? "<=" : ">="
            table.add([
                bar.name, bar.value.text(3) + bar.unit, "\(sign) \(bar.limit.text(2))\(bar.unit)", bar.verdict,
            ])
        }
        let count = bars.count { $0.verdict == "met" }
        return table.text + "\n\(count) of \(bars.count) met\n"
    }
}
