/// What an honest server says about an object.
package struct FaultFacts: Sendable {
    /// The object; nil is the server's own.
    package var object: FaultObject?
    /// The entity tag to tell instead of the object's own.
    package var etag: String?
    /// Whether a tag is told at all.
    package var tellsTag = true
    /// Whether `Last-Modified` is told.
    package var tellsDate = true
    /// Whether ranges are served.
    package var servesRanges = true
    /// Whether `Accept-Ranges: bytes` is told; when ranges are not served, `none` is.
    package var tellsRanges = true
    /// Whether `If-Range` is looked at (RFC 9110, section 13.1.5).
    package var honorsIfRange = true

    /// What a good server of `object` does.
    package init(_ object: FaultObject? = nil) {
        self.object = object
    }

    func matches(_ condition: String, _ object: FaultObject) -> Bool {
        let tag = etag ?? object.etag
        if tellsTag, condition == tag { return !tag.hasPrefix("W/") }
        return tellsDate && condition == FaultDate.text(object.modified)
    }
}

extension FaultExchange {
    /// The answer of a good server, perhaps with other facts.
    package func honest(_ change: (inout FaultFacts) -> Void = { _ in }) -> FaultAnswer {
        var facts = FaultFacts()
        change(&facts)
        return honest(facts)
    }

    /// The answer of a good server for these facts.
    package func honest(_ facts: FaultFacts) -> FaultAnswer {
        let object = facts.object ?? object
        if let condition = request.field("if-match"), condition != "*", !facts.matches(condition, object) {
            return .page(412, "text/plain", "")
        }
        var ask = facts.servesRanges ? FaultAsk(request.field("range"), size: object.size) : .whole
        if facts.honorsIfRange, let condition = request.field("if-range"), !facts.matches(condition, object) {
            ask = .whole
        }
        var head: FaultHead
        let range: Range<Int64>
        switch ask {
        case .whole:
            head = FaultHead(200)
            range = 0..<object.size
        case .part(let part):
            head = FaultHead(206)
            head["Content-Range"] = contentRange(part, object.size)
            range = part
        case .unsatisfiable:
            return unsatisfiable(object.size)
        }
        head["Content-Type"] = "application/octet-stream"
        head["Content-Length"] = "\(range.count)"
        describe(object, facts, in: &head)
        return FaultAnswer(head, range.isEmpty ? [] : [.slice(FaultSlice(object, range))])
    }

    /// The answer of a good server which was asked for this part, whatever the request says.
    package func part(_ range: Range<Int64>) -> FaultAnswer {
        var head = FaultHead(206)
        head["Content-Type"] = "application/octet-stream"
        head["Content-Length"] = "\(range.count)"
        head["Content-Range"] = contentRange(range, object.size)
        describe(object, FaultFacts(), in: &head)
        return FaultAnswer(head, range.isEmpty ? [] : [.slice(FaultSlice(object, range))])
    }

    /// The answer to a range that begins behind the end.
    package func unsatisfiable(_ size: Int64) -> FaultAnswer {
        FaultAnswer.page(416, "text/plain", "").with { $0["Content-Range"] = "bytes */\(size)" }
    }

    private func describe(_ object: FaultObject, _ facts: FaultFacts, in head: inout FaultHead) {
        if facts.tellsRanges { head["Accept-Ranges"] = facts.servesRanges ? "bytes" : "none" }
        if facts.tellsTag { head["ETag"] = facts.etag ?? object.etag }
        if facts.tellsDate { head["Last-Modified"] = FaultDate.text(object.modified) }
    }
}

/// A `Content-Range` value (RFC 9110, section 14.4).
func contentRange(_ range: Range<Int64>, _ size: Int64) -> String {
    "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
}
