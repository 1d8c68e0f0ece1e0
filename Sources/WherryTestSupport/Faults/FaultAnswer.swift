/// One answer as a script: what goes over the wire, in order, and how the connection ends.
package struct FaultAnswer: Sendable {
    /// One thing the server does.
    package enum Step: Sendable {
        /// Sends ``FaultAnswer/head``.
        case head
        /// Sends the first half of ``FaultAnswer/head``.
        case halfHead
        /// Sends bytes of an object.
        case slice(FaultSlice)
        /// Sends bytes as they are: pages, framing, garbage.
        case raw([UInt8])
        /// Sends the checksum and size that end a gzip stream of the object.
        case gzipTrailer(FaultObject)
        /// Waits.
        case pause(Duration)
        /// Waits until the client leaves or the server stops.
        case stall
        /// Sends what follows at this many bytes a second.
        case rate(Int64)
    }

    /// What becomes of the connection after the last step.
    package enum Ending: Sendable {
        /// It stays open for another request, unless the client wishes otherwise.
        case keepAlive
        /// It ends with a FIN.
        case close
        /// It ends with a RST, after the peer's kernel has what was sent.
        case reset
    }

    /// The head, sent by ``Step/head``.
    package var head: FaultHead
    /// What happens, in order.
    package var steps: [Step]
    /// How it ends.
    package var ending: Ending

    /// A head and what follows it.
    package init(_ head: FaultHead, _ body: [Step], ending: Ending = .keepAlive) {
        self.head = head
        steps = [.head] + body
        self.ending = ending
    }

    /// Neither head nor body, only an end.
    package init(ending: Ending) {
        head = FaultHead(0)
        steps = []
        self.ending = ending
    }

    /// A page with a length and a type.
    package static func page(_ status: Int, _ type: String, _ text: String) -> FaultAnswer {
        let bytes = Array(text.utf8)
        var head = FaultHead(status)
        head["Content-Type"] = type
        head["Content-Length"] = "\(bytes.count)"
        return FaultAnswer(head, bytes.isEmpty ? [] : [.raw(bytes)])
    }

    /// The status that is sent; 0 when no head is.
    package var status: Int {
        steps.contains { if case .head = $0 { true } else { false } } ? head.status : 0
    }

    /// How many bytes of an object the script has.
    package var count: Int64 {
        slices.reduce(0) { $0 + Int64($1.range.count) }
    }

    /// The object's bytes in the script, in order.
    package var slices: [FaultSlice] {
        steps.compactMap { if case .slice(let slice) = $0 { slice } else { nil } }
    }
}
