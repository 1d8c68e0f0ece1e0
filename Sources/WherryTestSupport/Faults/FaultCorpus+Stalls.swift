/// Connections that stay open and bring nothing, or little.
extension FaultCorpus {
    static let stalls = [
        FaultBehavior("stall-before-head-once", "The first GET is never answered.", .recovers) {
            $0.strikes() ? $0.honest().doingFirst(.stall) : $0.honest()
        },
        FaultBehavior("stall-before-head-always", "No GET is ever answered.", .mustFail) {
            $0.request.method == "GET" ? $0.honest().doingFirst(.stall) : $0.honest()
        },
        FaultBehavior("stall-after-head-once", "The first GET has a head and then nothing.", .recovers) {
            $0.strikes() ? $0.honest().doing(.stall, after: 0) : $0.honest()
        },
        FaultBehavior("stall-middle-once", "The first bulk answer stops half-way for good.", .recovers) {
            let answer = $0.honest()
            return $0.strikes(on: answer) ? answer.doing(.stall, after: $0.middle(of: answer)) : answer
        },
        FaultBehavior("stall-last-byte-once", "The first bulk answer stops before its last byte.", .recovers) {
            let answer = $0.honest()
            return $0.strikes(on: answer) ? answer.doing(.stall, after: answer.count - 1) : answer
        },
        FaultBehavior(
            "stall-middle-every",
            "Every answer stops for good after a quarter of the object: there is progress.",
            .recovers
        ) {
            let answer = $0.honest()
            let limit = max(1, $0.object.size / 4)
            return answer.count > limit ? answer.doing(.stall, after: limit) : answer
        },
        FaultBehavior("pause-middle-every", "Every bulk answer rests for 1.5 s half-way.", .recovers) {
            let answer = $0.honest()
            return $0.isBulk(answer) ? answer.doing(.pause(.milliseconds(1500)), after: $0.middle(of: answer)) : answer
        },
        FaultBehavior("trickle", "Every connection brings a 15th of the object a second.", .recovers) {
            $0.honest().doingFirst(.rate(max(1, $0.object.size / 15)))
        },
        FaultBehavior("drip-always", "Every connection brings two bytes a second: alive, and hopeless.", .mustFail) {
            $0.honest().doingFirst(.rate(2))
        },
        FaultBehavior(
            "slow-first-answer",
            "The first bulk answer brings a 200th of the object a second, the others are quick: a case for a hedge.",
            .recovers
        ) {
            let answer = $0.honest()
            return $0.strikes(on: answer) ? answer.doingFirst(.rate(max(1, $0.object.size / 200))) : answer
        },
        FaultBehavior(
            "slow-tail",
            "Answers bring the last 32nd of the object at a 200th of it a second, the first three times.",
            .recovers
        ) {
            let answer = $0.honest()
            guard let range = answer.slices.first?.range else { return answer }
            let tail = $0.object.size / 32 * 31
            guard range.upperBound > tail, $0.strikes(3, on: answer) else { return answer }
            return answer.doing(.rate(max(1, $0.object.size / 200)), after: max(0, tail - range.lowerBound))
        },
    ]
}
