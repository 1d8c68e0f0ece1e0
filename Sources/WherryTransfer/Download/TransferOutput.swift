import NIOCore
import WherryPluginKit

/// Where the bytes of one transfer go, and what judges them.
protocol TransferOutput: Sendable {
    /// Writes bytes at a place of the file; called by several tasks at once, by one task in order.
    typealias Write = @Sendable (_ buffers: [ByteBuffer], _ offset: Int64, _ count: Int) async throws -> Void

    /// How many bytes were there when the transfer began.
    var adopted: Int64 { get }

    /// Whether bytes wait no longer than a moment for more before they are written.
    var isEager: Bool { get }

    /// Works beside the connections until it is cancelled.
    func work(event: @escaping @Sendable (TransferMachine.Event) -> Void) async

    /// The first answer came: the file is so long, if anybody knows, and its store declares a CRC-64 or does not.
    func begin(size: Int64?, declaresCRC64: Bool) async throws

    /// A writer for one connection; what it writes after ``startOver()`` is refused with a `CancellationError`.
    func writer(isLarge: Bool) -> Write

    /// Throws every byte away.
    func startOver() async throws

    /// Keeps a note of what is done, so that another process can go on.
    func keepNote(of machine: TransferMachine) async throws

    /// Does what ``work(event:)`` would have done, where that does not run.
    ///
    /// - Throws: ``Failure`` when bytes could not be read back.
    func takeUp() async throws

    /// Judges the whole; nil when that was called off.
    func verdict(on machine: TransferMachine) async throws -> FetchedFile?
}
