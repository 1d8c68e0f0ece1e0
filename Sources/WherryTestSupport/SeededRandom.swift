/// Random numbers that a seed brings back (SplitMix64).
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// The numbers of a seed.
    package init(seed: UInt64) { state = seed }

    /// So many random waits, in milliseconds.
    package static func moments(_ count: Int, of range: ClosedRange<Int>, seed: UInt64) -> [Duration] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in .milliseconds(Int.random(in: range, using: &random)) }
    }

    /// 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
