import Glibc

/// Plays an answer's script on a socket, at the set pace, and keeps the record of it.
struct FaultPlayer {
    let socket: FaultSocket
    /// All connections together.
    let total: FaultPacer
    /// How many of so many bytes may go out under the request's link.
    let grant: (Int) -> Int
    /// Whether only the head is wanted.
    let isHeadOnly: Bool
    /// This connection.
    var pace: FaultPacer
    var record: FaultRecord

    /// Plays it; false when the connection cannot go on.
    mutating func play(_ answer: FaultAnswer) -> Bool {
        for step in answer.steps {
            guard play(step, of: answer) else { return false }
        }
        record.isFinished = true
        return true
    }

    private mutating func play(_ step: FaultAnswer.Step, of answer: FaultAnswer) -> Bool {
        switch step {
        case .head:
            record.status = answer.head.status
            return put(answer.head.bytes, asBody: false)
        case .halfHead:
            let bytes = answer.head.bytes
            return put(Array(bytes[..<(bytes.count / 2)]), asBody: false)
        case .slice(let slice):
            return isHeadOnly || play(slice)
        case .raw(let bytes):
            return isHeadOnly || put(bytes, asBody: true)
        case .gzipTrailer(let object):
            return isHeadOnly || put(FaultGzip.trailer(of: object), asBody: true)
        case .pause(let duration):
            return socket.wait(duration)
        case .stall:
            return isHeadOnly || socket.wait(nil)
        case .rate(let rate):
            pace = FaultPacer(rate: rate)
            return true
        }
    }

    private mutating func play(_ slice: FaultSlice) -> Bool {
        var offset = slice.range.lowerBound
        while offset < slice.range.upperBound {
            let wanted = Int(min(Int64(min(pace.piece, total.piece)), slice.range.upperBound - offset))
            let count = grant(wanted)
            if count > 0 {
                let part = offset..<offset + Int64(count)
                guard put(slice, part) else { return false }
                offset = part.upperBound
            }
            guard count == wanted else { return false }
        }
        return true
    }

    private mutating func put(_ slice: FaultSlice, _ part: Range<Int64>) -> Bool {
        guard socket.wait(max(pace.delay(for: part.count), total.delay(for: part.count))) else { return false }
        if slice.isChunked, !put(Array("\(String(part.count, radix: 16))\r\n".utf8), asBody: true) { return false }
        let before = record.bodyBytes
        let isWhole = put(slice.bytes(in: part), asBody: true)
        let sent = record.bodyBytes - before
        if let last = record.delivered.last, last.upperBound == part.lowerBound {
            record.delivered[record.delivered.count - 1] = last.lowerBound..<part.lowerBound + sent
        } else if sent > 0 {
            record.delivered.append(part.lowerBound..<part.lowerBound + sent)
        }
        return isWhole && (!slice.isChunked || put([13, 10], asBody: true))
    }

    private mutating func put(_ bytes: [UInt8], asBody: Bool) -> Bool {
        let sent = socket.send(bytes)
        if asBody { record.bodyBytes += Int64(sent) }
        return sent == bytes.count
    }
}
