/// One request and what became of it.
package struct FaultRecord: Sendable {
    /// When the head was read.
    package let time: ContinuousClock.Instant
    /// Which connection it came on, from 1.
    package let connection: Int
    /// Which request of the server it is, from 1; counts every method.
    package let number: Int
    /// Whether it came to ``FaultServer/otherPort``.
    package let isOtherHost: Bool
    /// The method.
    package let method: String
    /// Which issued link it used, from 1; nil when its token is unknown.
    package let generation: Int?
    /// The `Range` field.
    package let range: String?
    /// The `If-Range` field.
    package let ifRange: String?
    /// The status sent; 0 when none was.
    package internal(set) var status = 0
    /// The bytes after the head which the kernel took, framing and garbage included.
    package internal(set) var bodyBytes: Int64 = 0
    /// The runs of the object's offsets which the kernel took.
    package internal(set) var delivered: [Range<Int64>] = []
    /// Whether the answer came to its end, be it a spoiled one.
    package internal(set) var isFinished = false
}
