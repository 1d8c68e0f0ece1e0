/// The findings of an ``RDBScanner`` about one whole file.
public struct RDBScan: Sendable, Hashable {
    /// The header; nil when the file has none.
    public var header: RDBHeader?

    /// What the file says about its origin; nothing known when it has no header.
    public var aux: RDBAuxFacts

    /// The length of the file in bytes.
    public var byteCount: Int64

    /// How far the file can be trusted.
    public var verdict: RDBVerdict

    /// How far the records could be read.
    public var structure: RDBStructure

    /// What the records hold, as far as they could be read.
    public var keys: RDBKeyCounts

    /// Makes findings from their parts.
    public init(
        header: RDBHeader?,
        aux: RDBAuxFacts,
        byteCount: Int64,
        verdict: RDBVerdict,
        structure: RDBStructure,
        keys: RDBKeyCounts
    ) {
        self.header = header
        self.aux = aux
        self.byteCount = byteCount
        self.verdict = verdict
        self.structure = structure
        self.keys = keys
    }
}
