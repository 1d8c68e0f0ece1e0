import NIOCore
import Synchronization
import WherryCore
import WherryPluginKit

/// Output to a receiver that takes each byte once and in order, and from which none can be had back.
final class StreamOutput: TransferOutput {
    private struct State {
        var check = ContentCheck()
        /// How many bytes the receiver has taken.
        var position: Int64 = 0
    }

    private let file: ResolvedFile
    private let receive: @Sendable ([UInt8]) async throws -> Void
    private let state = Mutex(State())

    var adopted: Int64 { 0 }
    var isEager: Bool { false }

    init(of file: ResolvedFile, to receive: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.file = file
        self.receive = receive
    }

    func work(event: @escaping @Sendable (TransferMachine.Event) -> Void) async {}

    func begin(size: Int64?, declaresCRC64: Bool) async throws {
        guard declaresCRC64 else { return }
        state.withLock { if $0.check.count == 0 { $0.check = ContentCheck(withCRC64: true) } }
    }

    func writer(isLarge: Bool) -> Write {
        { [self] buffers, offset, count in
            let position = state.withLock { $0.position }
            // An ordered transfer goes on exactly where it was cut; anything else would spoil the receiver's copy.
            guard offset == position else {
                throw Failure(
                    .internal,
                    code: "transfer.out-of-order",
                    "Bytes of \(file.file.name) came at \(offset) where \(position) was next.",
                    remedy: "This is a defect of wherry; please report it."
                )
            }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            for buffer in buffers { bytes += buffer.readableBytesView }
            let piece = bytes
            state.withLock { $0.position += Int64(piece.count) }
            // The digest is computed while the receiver works.
            async let digested: Void = onThread { [self] in
                state.withLock { state in piece.withUnsafeBytes { state.check.update($0) } }
            }
            do {
                try await receive(piece)
            } catch {
                throw Failure.wrap(error, during: "passing on \(file.file.name)")
            }
            try await digested
        }
    }

    func startOver() async throws {
        try state.withLock { state in
            guard state.position == 0 else { throw TransferNames(file: file.file.name).unstable() }
            state = State()
        }
    }

    func keepNote(of machine: TransferMachine) async throws {}

    func takeUp() async throws {}

    func verdict(on machine: TransferMachine) async throws -> FetchedFile? {
        try state.withLock { state in
            try state.check.finish(
                as: file.file,
                crc64: machine.pinned?.crc64,
                lengthIsProven: machine.lengthIsProven
            )
        }
    }
}
