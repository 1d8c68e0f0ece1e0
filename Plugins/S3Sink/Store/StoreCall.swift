import Crypto

/// One request to a store, before it is signed.
struct StoreCall: Sendable {
    var method: String
    /// The object; nil for the bucket itself.
    var key: String?
    var query: [(name: String, value: String)] = []
    /// Sent and signed besides those that every request has.
    var headers: [(name: String, value: String)] = []
    /// The body, piece after piece.
    var pieces: [[UInt8]] = []
    /// The SHA-256 of the body.
    var payload: [UInt8] = StoreCall.nothing
    /// For messages, in `-ing` form: `asking for s3://b/k`.
    var doing: String
    /// How long it may take.
    var timeout: Duration = .seconds(60)
    /// The longest answer that is read, in bytes.
    var maximumBytes = 16 << 20

    private static let nothing = Array(SHA256.hash(data: [UInt8]()))

    /// The same with a small body.
    func with(body: [UInt8]) -> StoreCall {
        var call = self
        call.pieces = [body]
        call.payload = Array(SHA256.hash(data: body))
        return call
    }
}
