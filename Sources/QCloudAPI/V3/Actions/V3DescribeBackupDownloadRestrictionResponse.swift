/// The answer of `DescribeBackupDownloadRestriction` (Python SDK 3.1, redis 2018-04-12).
///
/// ```json
/// {"Response":{"LimitType":"NoLimit","VpcComparisonSymbol":"In","IpComparisonSymbol":"In",
///   "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3DescribeBackupDownloadRestrictionResponse: V3ActionResponse {
    /// The setting.
    public var limit: V3DownloadLimit

    /// Makes an answer to send.
    public init(limit: V3DownloadLimit) {
        self.limit = limit
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when a member has another type.
    public init(from decoder: any Decoder) throws {
        self.init(limit: try V3DownloadLimit(from: decoder))
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        limit.append(to: &object)
        return object
    }
}
