/// Statuses and pages that are not the object.
extension FaultCorpus {
    static let pages = [
        FaultBehavior("page-xml-always", "Always 200 with an XML error page.", .mustFail) { _ in
            FaultPage.missing.answer(200)
        },
        FaultBehavior("page-html-always", "Always 200 with an HTML page, as of a login wall.", .mustFail) { _ in
            FaultPage.html.answer(200)
        },
        FaultBehavior("page-json-always", "Always 200 with a JSON error.", .mustFail) { _ in
            FaultPage.expiredJSON.answer(200)
        },
        FaultBehavior("page-empty-always", "Always 200 with no bytes.", .mustFail) { _ in FaultPage.empty.answer(200) },
        FaultBehavior("page-html-once", "The first GET gets 200 with an HTML page.", .recovers) {
            $0.strikes() ? FaultPage.html.answer(200) : $0.honest()
        },
        FaultBehavior("page-html-on-resume-once", "The first resuming GET gets 200 with an HTML page.", .recovers) {
            $0.isResuming && $0.strikes() ? FaultPage.html.answer(200) : $0.interruptedHonest()
        },
        FaultBehavior("status-204-always", "Every GET gets 204.", .mustFail) { _ in
            FaultAnswer(FaultHead(204), [])
        },
        FaultBehavior("status-429-once", "The first GET gets 429 with Retry-After: 1.", .recovers) {
            $0.strikes() ? busy(429) : $0.honest()
        },
        FaultBehavior("status-503-twice", "The first two GETs get 503 with Retry-After: 1.", .recovers) {
            $0.strikes(2) ? busy(503) : $0.honest()
        },
        FaultBehavior("status-503-on-resume-once", "The first resuming GET gets 503 with Retry-After: 1.", .recovers) {
            $0.isResuming && $0.strikes() ? busy(503) : $0.interruptedHonest()
        },
        FaultBehavior("status-503-always", "Every GET gets 503 without Retry-After.", .mustFail) { _ in
            FaultPage.empty.answer(503)
        },
        FaultBehavior("retry-after-absurd", "Every GET gets 503 with Retry-After: 86400.", .mustFail) { _ in
            FaultPage.empty.answer(503).with { $0["Retry-After"] = "86400" }
        },
        FaultBehavior("status-500-twice", "The first two GETs get 500.", .recovers) {
            $0.strikes(2) ? FaultPage.html.answer(500) : $0.honest()
        },
    ]

    private static func busy(_ status: Int) -> FaultAnswer {
        FaultPage.empty.answer(status).with { $0["Retry-After"] = "1" }
    }
}
