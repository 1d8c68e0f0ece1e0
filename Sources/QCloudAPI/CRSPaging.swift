/// The bounds of `limit` and `offset` in the list actions.
public enum CRSPaging {
    /// The accepted page sizes.
    ///
    /// The pages document no maximum. 1000 is ours, to bound an answer; a larger limit is an error and
    /// not cut down, because a client that steps by its own limit would then skip items in silence.
    public static let limits = 1...1000
    /// The accepted offsets, counted in items.
    ///
    /// Page 239/8403 says "page number" and then explains an item offset (items 110 to 149 are offset
    /// 110, limit 40).
    public static let offsets = 0...Int.max
}
