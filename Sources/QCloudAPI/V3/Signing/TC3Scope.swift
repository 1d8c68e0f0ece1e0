/// What a TC3 signature is good for: one product on one day, `2019-02-25/redis/tc3_request`.
public struct TC3Scope: Sendable, Hashable {
    /// The last part of every scope.
    public static let terminator = "tc3_request"

    /// The UTC date of the timestamp, `yyyy-MM-dd`.
    public let date: String
    /// The product.
    public let service: String

    /// Makes a scope as a client states it.
    public init(date: String, service: String) {
        self.date = date
        self.service = service
    }

    /// Makes the scope that belongs to a timestamp in Unix seconds.
    public init(timestamp: Int64, service: String = V3Wire.service) {
        date = String(CRSTimeFormat(utcOffsetSeconds: 0).format(timestamp).prefix(10))
        self.service = service
    }

    /// The scope on the wire.
    public var text: String { "\(date)/\(service)/\(Self.terminator)" }
}
