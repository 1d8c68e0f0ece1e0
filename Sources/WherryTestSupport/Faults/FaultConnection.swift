/// One connection of a ``FaultServer``, from its first byte to its end; runs on its own thread.
struct FaultConnection {
    let server: FaultServer
    let socket: FaultSocket
    let number: Int
    let isOtherHost: Bool

    /// Answers requests until the connection ends, and closes it.
    func serve() {
        let pace = FaultPacer(rate: server.settings.connectionRate)
        var pending: [UInt8] = []
        var ending = FaultAnswer.Ending.close
        while let bytes = head(from: &pending) {
            guard let request = FaultRequest(bytes) else { break }
            ending = request.path == "/renew" ? renew() : answer(request, pace)
            if request.wantsClose, case .keepAlive = ending { ending = .close }
            guard case .keepAlive = ending else { break }
        }
        if case .reset = ending {
            socket.settle()
            server.sockets.end(socket, reset: true)
        } else {
            server.sockets.end(socket)
        }
    }

    private func head(from pending: inout [UInt8]) -> [UInt8]? {
        let end: [UInt8] = [13, 10, 13, 10]
        while pending.count < 64 << 10 {
            if let range = pending.firstRange(of: end) {
                let head = Array(pending[..<range.upperBound])
                pending.removeSubrange(..<range.upperBound)
                return head
            }
            guard let more = socket.receive() else { return nil }
            pending += more
        }
        return nil
    }

    private func renew() -> FaultAnswer.Ending {
        var answer = FaultAnswer.page(200, "text/plain", server.issue() + "\n")
        answer.head["Connection"] = "close"
        if case .raw(let body)? = answer.steps.last { _ = socket.send(answer.head.bytes + body) }
        return .close
    }

    private func answer(_ request: FaultRequest, _ pace: FaultPacer) -> FaultAnswer.Ending {
        let token = request.parameter("sign") ?? ""
        let standing = server.links.admit(token)
        let (generation, isValid) =
            switch standing {
            case .valid(let generation): (generation, true)
            case .expired(let generation): (generation, false)
            case .unknown: (0, false)
            }
        let record = server.log.add { count in
            FaultRecord(
                time: .now,
                connection: number,
                number: count,
                isOtherHost: isOtherHost,
                method: request.method,
                generation: generation > 0 ? generation : nil,
                range: request.field("range"),
                ifRange: request.field("if-range")
            )
        }
        let active = server.ledger.enter()
        defer { server.ledger.leave() }
        let path = "\(request.path)?sign=\(token)"
        let exchange = FaultExchange(
            request: request,
            object: server.object,
            number: isValid && request.method == "GET" ? server.ledger.count("GET") : 0,
            connection: number,
            generation: generation,
            active: active,
            isOtherHost: isOtherHost,
            address: "http://127.0.0.1:\(server.port)\(path)",
            otherAddress: "http://localhost:\(server.otherPort)\(path)",
            ledger: server.ledger
        )
        return play(script(for: exchange, isValid: isValid), for: exchange, token, pace, record)
    }

    private func script(for exchange: FaultExchange, isValid: Bool) -> FaultAnswer {
        let method = exchange.request.method
        guard method == "GET" || method == "HEAD" else {
            return FaultAnswer.page(405, "text/plain", "").with { $0["Allow"] = "GET, HEAD" }
        }
        guard isValid else { return server.behavior.expired(exchange) }
        return isOtherHost ? exchange.honest() : server.behavior.answer(exchange)
    }

    private func play(
        _ script: FaultAnswer,
        for exchange: FaultExchange,
        _ token: String,
        _ pace: FaultPacer,
        _ record: FaultRecord
    ) -> FaultAnswer.Ending {
        var answer = script
        answer.head["Date"] = FaultDate.now(offset: server.clockOffset)
        if answer.head["Connection"] == nil {
            answer.head["Connection"] = exchange.request.wantsClose ? "close" : "keep-alive"
        }
        var player = FaultPlayer(
            socket: socket,
            total: server.total,
            grant: { server.links.grant($0, for: token) },
            isHeadOnly: exchange.request.method == "HEAD",
            pace: pace,
            record: record
        )
        let goesOn = socket.wait(server.settings.latency) && player.play(answer)
        server.log.update(player.record)
        return goesOn ? answer.ending : .close
    }
}
