/// Objects and validators that change under a client's hands.
///
/// A replaced object is there from the second `GET` on, and the first bulk answer is interrupted.
/// The bytes of either version are right, a mixture is not.
extension FaultCorpus {
    static let changes: [FaultBehavior] =
        [
            replaced("changed-same-size", "Same size, new ETag and date; If-Range is honored."),
            replaced("changed-if-range-ignored", "Same size, new ETag and date; If-Range is ignored.") {
                $0.honorsIfRange = false
            },
            replaced("changed-date-only", "Same size, no ETag, new Last-Modified; If-Range is ignored.") {
                $0.tellsTag = false
                $0.honorsIfRange = false
            },
            replaced("changed-without-validators", "Same size, neither ETag nor Last-Modified.") {
                $0.tellsTag = false
                $0.tellsDate = false
            },
            replaced("changed-other-size", "Three quarters of the size, new ETag and date.", quarters: 3),
            replaced("changed-grown", "A quarter more, new ETag and date.", quarters: 5),
            FaultBehavior(
                "changed-alternating",
                "Odd GETs see the object, even ones another of the same size with another ETag.",
                .mayEither
            ) { exchange in
                let object = exchange.number % 2 == 0 ? exchange.object.replaced() : exchange.object
                return exchange.interruptedHonest { $0 = FaultFacts(object) }
            }.with { $0.versions = { [$0, $0.replaced()] } },
            afterRenewal("changed-after-renewal", "Same size", quarters: 4),
            afterRenewal("changed-after-renewal-other-size", "Three quarters of the size", quarters: 3),
            FaultBehavior(
                "etag-rotating",
                "Each GET tells another ETag for the same bytes; If-Range is ignored.",
                .recovers
            ) { exchange in
                exchange.interruptedHonest { facts in
                    facts.etag = "\"copy-\(exchange.ledger.count("tag"))\""
                    facts.honorsIfRange = false
                }
            },
            FaultBehavior("etag-weak", "The ETag is weak; the first bulk answer is cut half-way.", .recovers) {
                let tag = "W/" + $0.object.etag
                return $0.interruptedHonest { $0.etag = tag }
            },
            FaultBehavior("etag-missing", "There is only Last-Modified; cut half-way once.", .recovers) {
                $0.interruptedHonest { $0.tellsTag = false }
            },
            FaultBehavior(
                "validators-missing",
                "Neither ETag nor Last-Modified, but the bytes stay; cut half-way once.",
                .recovers
            ) {
                $0.interruptedHonest { facts in
                    facts.tellsTag = false
                    facts.tellsDate = false
                }
            },
        ]

    private static func replaced(
        _ name: String,
        _ summary: String,
        quarters: Int64 = 4,
        _ change: @escaping @Sendable (inout FaultFacts) -> Void = { _ in }
    ) -> FaultBehavior {
        FaultBehavior(name, "From the second GET on it is another object. \(summary)", .mayEither) { exchange in
            let isNew = exchange.number > 1
            let object = isNew ? replacement(exchange.object, quarters) : exchange.object
            return exchange.interruptedHonest { facts in
                facts.object = object
                change(&facts)
            }
        }.with { $0.versions = { [$0, replacement($0, quarters)] } }
    }

    private static func replacement(_ object: FaultObject, _ quarters: Int64) -> FaultObject {
        object.replaced(size: quarters == 4 ? nil : object.size / 4 * quarters)
    }

    private static func afterRenewal(
        _ name: String,
        _ summary: String,
        quarters: Int64
    ) -> FaultBehavior {
        FaultBehavior(
            name,
            "The first link dies with 403 after half of the object; later ones lead to another. \(summary), new ETag.",
            .mayEither
        ) { exchange in
            let isNew = exchange.generation > 1
            return exchange.honest {
                $0.object = isNew ? replacement(exchange.object, quarters) : nil
            }
        }.with {
            $0.allowance = { generation, size in generation == 1 ? size / 2 : nil }
            $0.versions = { [$0, replacement($0, quarters)] }
        }
    }
}
