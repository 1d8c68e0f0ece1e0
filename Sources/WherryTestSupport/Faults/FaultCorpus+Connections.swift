/// Servers that are particular about connections.
extension FaultCorpus {
    static let connections = [
        FaultBehavior("connection-limit-rst", "While two GETs are answered, further ones get a RST.", .recovers) {
            $0.active > 2 && $0.request.method == "GET" ? FaultAnswer(ending: .reset) : $0.honest()
        },
        FaultBehavior("connection-limit-503", "While two GETs are answered, further ones get 503.", .recovers) {
            $0.active > 2 && $0.request.method == "GET" ? FaultPage.empty.answer(503) : $0.honest()
        },
        FaultBehavior("close-after-each", "Each answer ends the connection, and says so.", .recovers) {
            $0.interruptedHonest().closing()
        },
        FaultBehavior("close-silently-after-each", "Each answer ends the connection, keep-alive promised.", .recovers) {
            $0.interruptedHonest().closing(announced: false)
        },
        FaultBehavior("rst-on-reuse", "A second GET on a connection gets a RST.", .recovers) { exchange in
            guard exchange.request.method == "GET" else { return exchange.honest() }
            let isSecond = exchange.ledger.count("connection \(exchange.connection)") > 1
            return isSecond ? FaultAnswer(ending: .reset) : exchange.interruptedHonest()
        },
    ]
}
