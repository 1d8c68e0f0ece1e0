/// Answers that send the client elsewhere.
extension FaultCorpus {
    static let redirects = [
        FaultBehavior("redirect-loop", "Every request is sent to itself.", .mustFail) {
            redirect($0.address)
        },
        FaultBehavior("redirect-other-host", "Every request is sent to an honest server elsewhere.", .mayEither) {
            redirect($0.otherAddress)
        },
        FaultBehavior("redirect-http", "A link is sent once to itself over http, then answered.", .mayEither) {
            $0.request.parameter("hop") == nil ? redirect($0.address + "&hop=1") : $0.honest()
        },
        FaultBehavior("redirect-relative", "A link is sent once to a path on the same host.", .mayEither) {
            guard $0.request.parameter("hop") == nil else { return $0.honest() }
            return redirect("\($0.request.path)?sign=\($0.request.parameter("sign") ?? "")&hop=1")
        },
        FaultBehavior("redirect-file", "Every request is sent to a file of the client's own machine.", .mustFail) { _ in
            redirect("file:///etc/passwd")
        },
        FaultBehavior("redirect-nowhere", "Every request gets 302 without Location.", .mustFail) { _ in
            FaultPage.empty.answer(302)
        },
        FaultBehavior("redirect-closed-port", "Every request is sent to a port where nobody listens.", .mustFail) { _ in
            redirect("http://127.0.0.1:1/object.bin")
        },
    ]

    private static func redirect(_ location: String) -> FaultAnswer {
        FaultPage.empty.answer(302).with { $0["Location"] = location }
    }
}
