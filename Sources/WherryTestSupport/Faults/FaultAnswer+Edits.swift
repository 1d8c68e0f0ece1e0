/// Ways to spoil an honest answer.
extension FaultAnswer {
    /// Ends after `count` bytes of the object, whatever the head promised.
    package func cut(after count: Int64, _ ending: Ending) -> FaultAnswer {
        var answer = self
        answer.steps = split(after: count).before
        answer.ending = ending
        return answer
    }

    /// Does `step` after `count` bytes of the object, then goes on.
    package func doing(_ step: Step, after count: Int64) -> FaultAnswer {
        let (before, after) = split(after: count)
        var answer = self
        answer.steps = before + [step] + after
        return answer
    }

    /// Does `step` before the head.
    package func doingFirst(_ step: Step) -> FaultAnswer {
        var answer = self
        answer.steps.insert(step, at: 0)
        return answer
    }

    /// Changes the head.
    package func with(_ change: (inout FaultHead) -> Void) -> FaultAnswer {
        var answer = self
        change(&answer.head)
        return answer
    }

    /// Changes each run of the object's bytes.
    package func withSlices(_ change: (inout FaultSlice) -> Void) -> FaultAnswer {
        var answer = self
        answer.steps = steps.map { step in
            guard case .slice(var slice) = step else { return step }
            change(&slice)
            return .slice(slice)
        }
        return answer
    }

    /// Ends the connection after the answer, and says so in the head when `announced`.
    package func closing(announced: Bool = true) -> FaultAnswer {
        var answer = self
        answer.ending = .close
        if announced { answer.head["Connection"] = "close" }
        return answer
    }

    /// Sends the body in chunks instead of with a length.
    package func chunked() -> FaultAnswer {
        var answer = with { head in
            head["Content-Length"] = nil
            head["Transfer-Encoding"] = "chunked"
        }
        answer = answer.withSlices { $0.isChunked = true }
        answer.steps.append(.raw(Array("0\r\n\r\n".utf8)))
        return answer
    }

    /// Sends the body as HTTP/1.0 did: without a length, up to the end of the connection.
    package func unframed(version: String = "HTTP/1.0") -> FaultAnswer {
        with { head in
            head.version = version
            head["Content-Length"] = nil
        }.closing()
    }

    private func split(after count: Int64) -> (before: [Step], after: [Step]) {
        var left = count
        for (index, step) in steps.enumerated() {
            guard case .slice(let slice) = step else { continue }
            let length = Int64(slice.range.count)
            guard left < length else {
                left -= length
                continue
            }
            let middle = slice.range.lowerBound + left
            var first = slice
            var second = slice
            first.range = slice.range.lowerBound..<middle
            second.range = middle..<slice.range.upperBound
            return (
                steps[..<index] + (left > 0 ? [.slice(first)] : []),
                [.slice(second)] + steps[(index + 1)...]
            )
        }
        return (steps, [])
    }
}
