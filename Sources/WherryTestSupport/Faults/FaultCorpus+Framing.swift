/// Bodies whose length or coding is unusual, and heads that are wrong.
extension FaultCorpus {
    static let framing: [FaultBehavior] = [
        FaultBehavior("gzip-body", "Always 200 with a real gzip stream, whatever was asked.", .mayEither) { exchange in
            var answer = exchange.honest { $0.servesRanges = false }.with { head in
                head["Content-Encoding"] = "gzip"
                head["Content-Length"] = "\(FaultGzip.size(of: exchange.object))"
            }
            answer.steps = [.head] + FaultGzip.steps(of: exchange.object)
            return answer
        },
        FaultBehavior("gzip-claimed", "Content-Encoding says gzip, the bytes are plain.", .mayEither) {
            $0.honest().with { $0["Content-Encoding"] = "gzip" }
        },
        FaultBehavior("chunked", "Every body is chunked, without a length.", .recovers) { $0.honest().chunked() },
        FaultBehavior("chunked-cut-once", "The same; the first bulk one is cut half-way, after a chunk.", .recovers) {
            $0.interrupted($0.honest().chunked())
        },
        FaultBehavior(
            "chunked-cut-always",
            "The same; every one that would cross two thirds of the object is cut there.",
            .mustFail
        ) {
            let answer = $0.honest().chunked()
            guard let range = answer.slices.first?.range else { return answer }
            let limit = $0.object.size / 3 * 2
            return range.upperBound > limit ? answer.cut(after: max(0, limit - range.lowerBound), .close) : answer
        },
        FaultBehavior("chunked-unended-once", "The first bulk one lacks only its last chunk.", .recovers) {
            let answer = $0.honest().chunked()
            return $0.strikes(on: answer) ? answer.cut(after: answer.count, .close).unended : answer
        },
        FaultBehavior("chunk-size-garbage-once", "The first bulk chunked body has a wrong size half-way.", .recovers) {
            let answer = $0.honest().chunked()
            return $0.strikes(on: answer) ? answer.withBadChunk : answer
        },
        FaultBehavior("chunk-size-garbage-always", "Every bulk chunked body has a wrong size half-way.", .mayEither) {
            let answer = $0.honest().chunked()
            return $0.isBulk(answer) ? answer.withBadChunk : answer
        },
        FaultBehavior("length-missing", "HTTP/1.1 without a length, up to the connection's end.", .recovers) {
            $0.honest().unframed(version: "HTTP/1.1")
        },
        FaultBehavior("http10", "HTTP/1.0 without ranges and length, up to the connection's end.", .recovers) {
            $0.honest { $0.servesRanges = false }.unframed()
        },
        FaultBehavior("http10-cut-once", "The same; the first is cut half-way: only the size tells.", .recovers) {
            $0.interrupted($0.honest { $0.servesRanges = false }.unframed())
        },
        FaultBehavior("http10-cut-always", "The same; every one is cut at two thirds.", .mustFail) {
            $0.honest { $0.servesRanges = false }.unframed().cut(after: $0.object.size / 3 * 2, .close)
        },
        FaultBehavior("bytes-after-body", "Ten more bytes follow every body on the open connection.", .recovers) {
            $0.honest().trailing("0123456789")
        },
        FaultBehavior("object-overlong", "The server says that the object is 1000 bytes longer.", .mayEither) {
            overlong($0)
        },
        FaultBehavior("object-truncated", "The server's object is a 16th shorter, consistently.", .mustFail) {
            truncated($0)
        },
        FaultBehavior("length-twice", "Two Content-Length fields: the right one, then 7 more.", .mayEither) {
            let answer = $0.honest()
            return answer.with { $0.add("Content-Length", "\(answer.count + 7)") }
        },
        FaultBehavior("length-garbage", "Content-Length is `twelve`.", .mayEither) {
            $0.honest().with { $0["Content-Length"] = "twelve" }.closing()
        },
        FaultBehavior("length-too-big", "Content-Length is 7 too much, then a FIN.", .mayEither) {
            let answer = $0.honest()
            return answer.with { $0["Content-Length"] = "\(answer.count + 7)" }.closing(announced: false)
        },
        FaultBehavior("head-huge-once", "The first head has a field of 1 MiB.", .recovers) {
            $0.strikes() ? $0.honest().with { $0["X-Padding"] = String(repeating: "x", count: 1 << 20) } : $0.honest()
        },
        FaultBehavior("head-huge-always", "Every head has a field of 1 MiB.", .mayEither) {
            $0.honest().with { $0["X-Padding"] = String(repeating: "x", count: 1 << 20) }
        },
        FaultBehavior("garbage-once", "The first GET gets 1 KiB that is no HTTP, and a FIN.", .recovers) {
            $0.strikes() ? garbage : $0.honest()
        },
        FaultBehavior("garbage-always", "Every request gets 1 KiB that is no HTTP, and a FIN.", .mustFail) { _ in
            garbage
        },
        FaultBehavior("informational-first", "A 103 comes before every head.", .recovers) {
            $0.honest().doingFirst(.raw(Array("HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n".utf8)))
        },
    ]

    private static var garbage: FaultAnswer {
        var answer = FaultAnswer(ending: .close)
        answer.steps = [.raw(FaultObject(seed: 99, size: 1024).bytes(in: 0..<1024))]
        return answer
    }

    private static func truncated(_ exchange: FaultExchange) -> FaultAnswer {
        let size = exchange.object.size / 16 * 15
        return exchange.honest { $0.object = exchange.object.prefix(size) }
    }

    private static func overlong(_ exchange: FaultExchange) -> FaultAnswer {
        exchange.honest { $0.object = exchange.object.extended(by: 1000) }
    }
}

extension FaultAnswer {
    /// Without the framing that ends the body.
    fileprivate var unended: FaultAnswer {
        var answer = self
        while case .raw? = answer.steps.last { answer.steps.removeLast() }
        return answer
    }

    /// With a chunk size that is none, half-way.
    fileprivate var withBadChunk: FaultAnswer {
        doing(.raw(Array("zz-no-size\r\n".utf8)), after: count / 2)
    }

    /// With bytes after the body.
    fileprivate func trailing(_ text: String) -> FaultAnswer {
        var answer = self
        if count > 0 { answer.steps.append(.raw(Array(text.utf8))) }
        return answer
    }
}
