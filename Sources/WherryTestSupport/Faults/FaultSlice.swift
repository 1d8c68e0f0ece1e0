/// A run of an object's bytes in an answer, perhaps damaged, perhaps in chunks.
package struct FaultSlice: Sendable {
    /// How some bytes are made wrong.
    package enum Damage: Sendable {
        /// Every bit of the bytes at these offsets of the object is turned.
        case flipped(Range<Int64>)
        /// The bytes at these offsets of the object are zero.
        case zeroed(Range<Int64>)
    }

    /// Whose bytes.
    package let object: FaultObject
    /// Which bytes.
    package var range: Range<Int64>
    /// What is wrong with them.
    package var damage: Damage?
    /// Asked when damaged bytes are about to go out: whether the damage strikes.
    package var damageStrikes: @Sendable () -> Bool = { true }
    /// Whether they travel as chunks (RFC 9112, section 7.1).
    package var isChunked = false

    /// An honest run.
    package init(_ object: FaultObject, _ range: Range<Int64>) {
        self.object = object
        self.range = range
    }

    /// The bytes at `part` of the object as they go out, without chunk framing.
    func bytes(in part: Range<Int64>) -> [UInt8] {
        var bytes = object.bytes(in: part)
        let harmed: Range<Int64>
        switch damage {
        case nil: return bytes
        case .flipped(let range), .zeroed(let range): harmed = range.clamped(to: part)
        }
        guard !harmed.isEmpty, damageStrikes() else { return bytes }
        for offset in harmed {
            let index = Int(offset - part.lowerBound)
            if case .zeroed = damage { bytes[index] = 0 } else { bytes[index] ^= 0xff }
        }
        return bytes
    }
}
