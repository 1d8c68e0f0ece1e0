import Foundation
import Testing

@testable import RDBFormat

/// Damages files at random and asks for what must hold of any bytes whatever.
///
/// `WHERRY_FUZZ_SECONDS` makes it longer than five seconds, `WHERRY_FUZZ_SEED` takes another way.
@Suite struct RDBFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test func holdsItsPromisesForAnyBytes() throws {
        let seconds = Self.environment["WHERRY_FUZZ_SECONDS"].flatMap { Double($0) } ?? 5
        let seed = Self.environment["WHERRY_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_261_124
        let fixtures = try (RDBFixture.checksummed + ["no-checksum"]).map { try RDBFixture.bytes($0) }
        let samples = (RDBSample.opcodes + RDBSample.types).flatMap { [$0.file, $0.fileWithoutChecksum] }
        var mutator = RDBMutator(seed: seed, corpus: samples + samples + fixtures)
        let deadline = ContinuousClock.now + .seconds(seconds)
        var rounds = 0
        var broken: [String] = []
        while ContinuousClock.now < deadline, broken.count < 5 {
            let file = mutator.file()
            if let promise = brokenPromise(file, pieces: mutator.pieces(of: file)) {
                broken.append("\(promise): \(file.map { String($0, radix: 16) }.joined(separator: " "))")
            }
            rounds += 1
        }
        print("fuzz: seed \(seed), \(rounds) files in \(seconds) s")
        #expect(rounds > 0)
        #expect(broken.isEmpty)
    }

    /// What does not hold of `file`, if anything.
    private func brokenPromise(_ file: [UInt8], pieces: [ArraySlice<UInt8>]) -> String? {
        let whole = scan(file)
        var scanner = RDBScanner()
        var retained = 0
        var damage: RDBDefect?
        for piece in pieces {
            piece.withUnsafeBytes { scanner.update($0) }
            retained = max(retained, scanner.retainedByteCount)
            if let damage, scanner.damage != damage { return "damage is undone" }
            damage = scanner.damage
        }
        guard scanner.finish() == whole else { return "depends on the cuts" }
        guard retained < 16_384 else { return "keeps \(retained) bytes" }
        if let damage, whole.verdict != .corrupt(damage) { return "damage is not the verdict" }
        if whole.header != nil, whole.verdict != .checksummed, damage == nil, hasRightChecksum(file) {
            return "refuses a right checksum: \(whole.verdict)"
        }
        if whole.verdict == .checksummed, !hasRightChecksum(file) { return "accepts a wrong checksum" }
        switch (whole.verdict, whole.structure) {
        case (.unchecksummed, .faulty), (.unchecksummed, .cutOff): return "accepts a fault without checksum"
        case (_, .unknown(let offset, _)), (_, .faulty(let offset, _)):
            // A compressed string that comes out too short is found out right behind it.
            return (9...Int64(file.count)).contains(offset) ? nil : "stops outside the file"
        default: return nil
        }
    }

    private func hasRightChecksum(_ file: [UInt8]) -> Bool {
        guard file.count >= 18, file[file.count - 9] == 0xff else { return false }
        guard let header = file.withUnsafeBytes({ RDBHeader($0) }), header.declaresChecksum || file[9] == 0xfa else {
            return false
        }
        let stored = file.suffix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return stored != 0 && stored == crc(file.dropLast(8))
    }
}
