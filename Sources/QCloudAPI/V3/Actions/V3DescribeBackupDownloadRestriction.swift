/// The parameters of `DescribeBackupDownloadRestriction`: none; the setting is the account's in a region.
public struct V3DescribeBackupDownloadRestriction: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3DescribeBackupDownloadRestrictionResponse

    /// `DescribeBackupDownloadRestriction`.
    public static let action = "DescribeBackupDownloadRestriction"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// Makes a request.
    public init() {}

    /// Reads the parameters, of which there are none.
    ///
    /// - Throws: ``V3Error`` UnknownParameter.
    public init(parameters: V3Object) throws(V3Error) {
        _ = try V3Reader(parameters, known: [])
    }

    /// The parameters to send.
    public var parameters: V3Object { [:] }
}
