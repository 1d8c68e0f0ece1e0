/// Links whose time is over.
///
/// A link that expires mid-way gives half of the object's bytes, over all its connections; then
/// every answer under it ends with a FIN and every further request is told that it is over.
extension FaultCorpus {
    static let expiry: [FaultBehavior] =
        [401, 403, 404, 410].flatMap { status in
            [("xml", FaultPage.expired), ("json", .expiredJSON), ("empty", .empty)].map { word, page in
                FaultBehavior(
                    "expired-\(status)-\(word)",
                    "The first link dies mid-way; then \(status), \(word). A new link works.",
                    .recovers
                ) { $0.honest() }
                .with { behavior in
                    behavior.allowance = { generation, size in generation == 1 ? size / 2 : nil }
                    behavior.expired = { _ in page.answer(status) }
                }
            }
        } + [
            FaultBehavior(
                "expired-200-xml",
                "The first link dies mid-way; then 200 with the page of an expired link. A new link works.",
                .recovers
            ) { $0.honest() }
            .with { behavior in
                behavior.allowance = { generation, size in generation == 1 ? size / 2 : nil }
                behavior.expired = { _ in FaultPage.expired.answer(200) }
            },
            FaultBehavior("expired-first-at-once", "The first link is over at once; a new one works.", .recovers) {
                $0.honest()
            }.with { $0.allowance = { generation, _ in generation == 1 ? 0 : nil } },
            FaultBehavior("expired-every-quarter", "Each link gives a quarter of the object, then 403.", .recovers) {
                $0.honest()
            }.with { $0.allowance = { _, size in max(1, size / 4) } },
            FaultBehavior("expired-at-once-always", "Every link is over at once, with 403.", .mustFail) {
                $0.honest()
            }.with { $0.allowance = { _, _ in 0 } },
            FaultBehavior("forbidden-always", "Every request is forbidden, 403 with XML.", .mustFail) { _ in
                FaultPage.expired.answer(403)
            },
            FaultBehavior("missing-always", "Every request gets 404 with XML: the object is gone.", .mustFail) { _ in
                FaultPage.missing.answer(404)
            },
            FaultBehavior(
                "missing-after-half",
                "Every link dies mid-way, and then the object is gone: 404 on old and new ones.",
                .mustFail
            ) { $0.honest() }
            .with { behavior in
                behavior.allowance = { generation, size in generation == 1 ? size / 2 : 0 }
                behavior.expired = { _ in FaultPage.missing.answer(404) }
            },
        ]
}
