import Synchronization
import WherryCore
import WherryPluginKit

/// A part as it was cut off: hashed by who uploads it, while the next bytes come.
struct CutPart: Sendable {
    /// From 1.
    let number: Int
    /// Its bytes.
    let pieces: [[UInt8]]
}

/// Cuts the bytes of one file into parts while they come, and says what to do with each.
///
/// A part is handed on only when a byte behind it has come, so that the last one waits for the verdict on the whole.
final class PartFeed: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        var size = 0
        var number = 1
        var holdsPermit = false
    }

    private let sizes: PartSizes
    private let permits: PartPermits
    private let state = Mutex(State())
    private let handOn: @Sendable (CutPart) async throws -> Void

    /// A feed that hands parts to `handOn`; each holds a permit, which who has uploaded it gives back.
    init(sizes: PartSizes, permits: PartPermits, handOn: @escaping @Sendable (CutPart) async throws -> Void) {
        self.sizes = sizes
        self.permits = permits
        self.handOn = handOn
    }

    /// Takes the next bytes; called by one task at a time.
    func take(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let (number, size, holdsPermit) = state.withLock { ($0.number, $0.size, $0.holdsPermit) }
            let room = sizes.size(of: number) - size
            if room == 0 {
                try await handOnCurrent()
                continue
            }
            if !holdsPermit {
                guard number <= PartSizes.mostParts else { throw Self.tooManyParts }
                try await permits.take()
                state.withLock { $0.holdsPermit = true }
            }
            let piece = rest.count <= room && rest.count == bytes.count ? bytes : Array(rest.prefix(room))
            rest = rest.dropFirst(piece.count)
            state.withLock { state in
                state.pieces.append(piece)
                state.size += piece.count
            }
        }
    }

    /// What is left: the last part, or the only one; its permit goes with it.
    func last() -> UploadPart {
        let (number, pieces) = state.withLock { state in
            defer { (state.pieces, state.size, state.holdsPermit) = ([], 0, false) }
            return (state.number, state.pieces)
        }
        return UploadPart(number: number, pieces: pieces)
    }

    /// Gives back what it still holds, after a failure.
    func drop() {
        let held = state.withLock { state in
            defer { (state.pieces, state.size, state.holdsPermit) = ([], 0, false) }
            return state.holdsPermit
        }
        if held { permits.giveBack() }
    }

    private func handOnCurrent() async throws {
        let (number, pieces) = state.withLock { state in
            defer {
                (state.pieces, state.size, state.holdsPermit) = ([], 0, false)
                state.number += 1
            }
            return (state.number, state.pieces)
        }
        try await handOn(CutPart(number: number, pieces: pieces))
    }

    private static var tooManyParts: Failure {
        Failure(
            .configuration,
            code: "s3.too-large",
            "The file has more than \(PartSizes.mostParts) parts.",
            remedy: "Raise part_size of the sink."
        )
    }
}
