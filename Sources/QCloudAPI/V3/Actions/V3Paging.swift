/// The bounds and defaults of `Limit` and `Offset` in the list actions.
public enum V3Paging {
    /// The page size when `Limit` is absent.
    public static let defaultLimit = 20
    /// The page sizes of `DescribeInstances`.
    public static let instanceLimits = 1...1000
    /// The page sizes of `DescribeInstanceBackups`.
    public static let backupLimits = 1...100
    /// The offsets, counted in items.
    ///
    /// Documented as a multiple of `Limit`. What the vendor does with others is not known, so they are taken as they
    /// are. A limit of 0 is refused, as no page gives it a meaning (both inferred).
    public static let offsets = 0...Int.max
}
