/// Ranges that are ignored, or answered with something else.
///
/// The first bulk answer to an unranged request is interrupted, so that the fault also meets a
/// client that would never ask for a range.
extension FaultCorpus {
    static let ranges: [FaultBehavior] =
        [
            FaultBehavior("range-ignored-once", "The first resuming GET is answered with 200.", .recovers) {
                $0.isResuming && $0.strikes() ? $0.honest { $0.servesRanges = false } : $0.interruptedHonest()
            },
            FaultBehavior(
                "range-ignored-always",
                "Every range is answered with 200, in spite of Accept-Ranges.",
                .recovers
            ) { exchange in
                exchange.interruptedHonest { $0.servesRanges = false }.with { $0["Accept-Ranges"] = "bytes" }
            },
            FaultBehavior("ranges-unsupported", "Accept-Ranges says none; it is always 200.", .recovers) {
                $0.honest { $0.servesRanges = false }
            },
            FaultBehavior("ranges-unsupported-cut-once", "The same; the first answer is cut half-way.", .recovers) {
                $0.interruptedHonest { $0.servesRanges = false }
            },
            FaultBehavior("range-shorter", "Every bulk 206 has half of what was asked, and says so.", .recovers) {
                guard case .part(let range) = FaultAsk($0.request.field("range"), size: $0.object.size),
                    $0.isBulk($0.part(range))
                else { return $0.interruptedHonest() }
                return $0.part(range.lowerBound..<range.lowerBound + Int64((range.count + 1) / 2))
            },
            FaultBehavior("range-longer", "Every 206 goes on to the object's end, and says so.", .recovers) {
                guard case .part(let range) = FaultAsk($0.request.field("range"), size: $0.object.size)
                else { return $0.interruptedHonest() }
                return $0.part(range.lowerBound..<$0.object.size)
            },
            FaultBehavior("partial-for-unranged", "An unranged GET gets 206 with the first half.", .mayEither) {
                guard case .whole = FaultAsk($0.request.field("range"), size: $0.object.size), $0.object.size > 1
                else { return $0.honest() }
                return $0.part(0..<$0.object.size / 2)
            },
        ]
        + onceAndAlways("content-range-start-wrong", "a 206 that starts, and says so, 512 bytes too early") {
            guard case .part(let range) = $1, range.lowerBound > 0 else { return nil }
            let start = max(0, range.lowerBound - 512)
            return $0.part(start..<start + Int64(range.count))
        }
        + onceAndAlways("content-range-lies", "the right Content-Range with bytes from 512 bytes earlier") {
            guard case .part(let range) = $1, range.lowerBound > 0 else { return nil }
            let start = max(0, range.lowerBound - 512)
            let field = contentRange(range, $0.object.size)
            return $0.part(start..<start + Int64(range.count)).with { $0["Content-Range"] = field }
        }
        + onceAndAlways("content-range-total-wrong", "a 206 whose total is 4096 bytes too big") {
            guard case .part(let range) = $1 else { return nil }
            let field = contentRange(range, $0.object.size + 4096)
            return $0.part(range).with { $0["Content-Range"] = field }
        }
        + onceAndAlways("content-range-missing", "a 206 without Content-Range") {
            guard case .part(let range) = $1 else { return nil }
            return $0.part(range).with { $0["Content-Range"] = nil }
        }
        + onceAndAlways("content-range-garbage", "a 206 whose Content-Range is `bytes ten-more/lots`") {
            guard case .part(let range) = $1 else { return nil }
            return $0.part(range).with { $0["Content-Range"] = "bytes ten-more/lots" }
        }
        + onceAndAlways("multipart-byteranges", "a multipart/byteranges 206 with one part") {
            guard case .part(let range) = $1 else { return nil }
            return multipart($0, range)
        }
        + onceAndAlways("unsatisfiable-for-valid", "416") {
            guard case .part = $1 else { return nil }
            return $0.unsatisfiable($0.object.size)
        }

    private static func onceAndAlways(
        _ name: String,
        _ what: String,
        _ fault: @escaping @Sendable (FaultExchange, FaultAsk) -> FaultAnswer?
    ) -> [FaultBehavior] {
        let faulty: @Sendable (FaultExchange, Int) -> FaultAnswer = { exchange, limit in
            let ask = FaultAsk(exchange.request.field("range"), size: exchange.object.size)
            if let answer = fault(exchange, ask), exchange.strikes(limit) { return answer }
            return ask == .whole ? exchange.interruptedHonest() : exchange.honest()
        }
        return [
            FaultBehavior("\(name)-once", "The first range it can strike gets \(what).", .recovers) { faulty($0, 1) },
            FaultBehavior("\(name)-always", "Every range it can strike gets \(what).", .mayEither) {
                faulty($0, .max)
            },
        ]
    }

    private static func multipart(_ exchange: FaultExchange, _ range: Range<Int64>) -> FaultAnswer {
        let field = contentRange(range, exchange.object.size)
        let type = "application/octet-stream"
        let start = Array("\r\n--edge\r\nContent-Type: \(type)\r\nContent-Range: \(field)\r\n\r\n".utf8)
        let end = Array("\r\n--edge--\r\n".utf8)
        var answer = exchange.part(range).with { head in
            head["Content-Type"] = "multipart/byteranges; boundary=edge"
            head["Content-Range"] = nil
            head["Content-Length"] = "\(start.count + range.count + end.count)"
        }
        answer.steps.insert(.raw(start), at: 1)
        answer.steps.append(.raw(end))
        return answer
    }
}
