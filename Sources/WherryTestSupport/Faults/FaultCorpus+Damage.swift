/// Bodies of the right length with wrong bytes: only a digest or the format's own checksum can tell.
extension FaultCorpus {
    static let damage = [
        FaultBehavior("corrupt-middle-once", "The middle byte is wrong the first time it goes out.", .mayEither) {
            let exchange = $0
            let middle = exchange.object.size / 2
            return damaged(exchange.honest(), .flipped(middle..<middle + 1))
                .withSlices { $0.damageStrikes = { exchange.strikes() } }
        },
        FaultBehavior("corrupt-middle-always", "The object's middle byte is always wrong.", .mustFail) {
            damaged($0.honest(), .flipped($0.object.size / 2..<$0.object.size / 2 + 1))
        },
        FaultBehavior("corrupt-head-always", "The object's first byte is always wrong.", .mustFail) {
            damaged($0.honest(), .flipped(0..<1))
        },
        FaultBehavior("corrupt-tail-always", "The object's last eight bytes are always wrong.", .mustFail) {
            damaged($0.honest(), .flipped(max(0, $0.object.size - 8)..<$0.object.size))
        },
        FaultBehavior("zeroed-block-always", "4096 bytes in the object's middle are always zero.", .mustFail) {
            damaged($0.honest(), .zeroed($0.object.size / 2..<min($0.object.size, $0.object.size / 2 + 4096)))
        },
    ]

    private static func damaged(_ answer: FaultAnswer, _ damage: FaultSlice.Damage) -> FaultAnswer {
        answer.withSlices { $0.damage = damage }
    }
}
