/// Connections that end too early.
extension FaultCorpus {
    static let cuts: [FaultBehavior] =
        [FaultAnswer.Ending.close, .reset].flatMap(cuts(by:)) + [
            FaultBehavior("cut-in-head-once", "The first head ends in its middle with a FIN.", .recovers) { exchange in
                var answer = exchange.honest()
                guard exchange.strikes() else { return answer }
                answer.steps = [.halfHead]
                answer.ending = .close
                return answer
            },
            FaultBehavior("cut-before-head-always", "Every GET ends with a FIN instead of a head.", .mustFail) {
                $0.request.method == "GET" ? FaultAnswer(ending: .close) : $0.honest()
            },
            FaultBehavior("cut-after-head-always", "Every GET ends with a FIN after its head.", .mustFail) {
                $0.honest().cut(after: 0, .close)
            },
            FaultBehavior(
                "short-at-offset-always",
                "Every answer that would cross two thirds of the object ends there with a FIN.",
                .mustFail
            ) { exchange in
                let answer = exchange.honest()
                guard let range = answer.slices.first?.range else { return answer }
                let limit = exchange.object.size / 3 * 2
                guard range.upperBound > limit else { return answer }
                return answer.cut(after: max(0, limit - range.lowerBound), .close)
            },
        ]

    private static func cuts(by ending: FaultAnswer.Ending) -> [FaultBehavior] {
        let word = if case .reset = ending { "rst" } else { "fin" }
        let end = "with a \(word.uppercased())"
        return [
            FaultBehavior("cut-before-head-\(word)-once", "The first GET ends \(end), no head.", .recovers) {
                $0.strikes() ? FaultAnswer(ending: ending) : $0.honest()
            },
            FaultBehavior("cut-after-head-\(word)-once", "The first GET ends \(end) after the head.", .recovers) {
                $0.strikes() ? $0.honest().cut(after: 0, ending) : $0.honest()
            },
            FaultBehavior("cut-middle-\(word)-once", "The first bulk answer ends \(end) half-way.", .recovers) {
                let answer = $0.honest()
                return $0.strikes(on: answer) ? answer.cut(after: $0.middle(of: answer), ending) : answer
            },
            FaultBehavior(
                "cut-middle-\(word)-every",
                "Every answer ends \(end) after a 16th of the object, at least 64 KiB: there is progress.",
                .recovers
            ) {
                let answer = $0.honest()
                let limit = max($0.object.size / 16, min(64 << 10, $0.object.size))
                return answer.count > limit ? answer.cut(after: limit, ending) : answer
            },
            FaultBehavior("cut-last-byte-\(word)-once", "The first bulk answer lacks its last byte.", .recovers) {
                let answer = $0.honest()
                return $0.strikes(on: answer) ? answer.cut(after: answer.count - 1, ending) : answer
            },
            FaultBehavior(
                "cut-last-byte-\(word)-every",
                "Every answer of more than one byte lacks its last byte and ends \(end).",
                .recovers
            ) {
                let answer = $0.honest()
                return answer.count > 1 ? answer.cut(after: answer.count - 1, ending) : answer
            },
        ]
    }
}
