import Testing

@testable import DepotSource

/// The end marker goes, everything else stays, however the bytes are cut.
@Suite struct MarkedStreamTests {
    private static let marker = Array("0123456789abcdef0123456789abcdef01234567".utf8)

    private func passed(_ bytes: [UInt8], by step: Int) -> [UInt8] {
        var stream = MarkedStream()
        var out: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { part in
                stream.push(part) { out += $0 }
            }
        }
        stream.finish { out += $0 }
        return out
    }

    @Test(arguments: [0, 1, 39, 40, 41, 1_000], [1, 7, 39, 40, 41, 4_096])
    func takesTheMarkerOff(length: Int, step: Int) {
        let dump = (0..<length).map { UInt8(truncatingIfNeeded: $0 | 0x80) }
        #expect(passed(dump + Self.marker, by: step) == dump)
        #expect(passed(dump, by: step) == dump)
    }

    @Test func leavesWhatIsNoMarker() {
        for odd in [UInt8(ascii: "g"), UInt8(ascii: "A"), 0xFF, 0] {
            var bytes = Self.marker
            bytes[31] = odd
            #expect(passed([1, 2] + bytes, by: 16) == [1, 2] + bytes)
        }
    }
}
