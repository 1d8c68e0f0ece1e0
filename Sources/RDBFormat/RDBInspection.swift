/// The findings of an ``RDBInspector`` about one whole file.
public struct RDBInspection: Sendable, Hashable {
    /// The header; nil when the file has none.
    public var header: RDBHeader?

    /// What the file says about its origin; nothing known when it has no header.
    public var aux: RDBAuxFacts

    /// The length of the file in bytes.
    public var byteCount: Int64

    /// How far the file can be trusted.
    public var verdict: RDBVerdict

    /// Makes an inspection from its parts.
    public init(header: RDBHeader?, aux: RDBAuxFacts, byteCount: Int64, verdict: RDBVerdict) {
        self.header = header
        self.aux = aux
        self.byteCount = byteCount
        self.verdict = verdict
    }
}
