/// The parameters of `ModifyBackupDownloadRestriction` (vendor page 239/87742).
public struct V3ModifyBackupDownloadRestriction: V3ActionRequest {
    /// What the action answers.
    public typealias Response = V3EmptyResponse

    /// `ModifyBackupDownloadRestriction`.
    public static let action = "ModifyBackupDownloadRestriction"
    /// 20 calls per second.
    public static let requestsPerSecond = 20

    /// The new setting, with a type.
    public var limit: V3DownloadLimit

    /// Makes a request.
    public init(limit: V3DownloadLimit) {
        self.limit = limit
    }

    /// Reads the parameters; `LimitType` is required.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter or InvalidParameterValue.
    public init(parameters: V3Object) throws(V3Error) {
        let reader = try V3Reader(parameters, known: V3DownloadLimit.names)
        self.init(limit: try V3DownloadLimit(reader, isTypeRequired: true))
    }

    /// The parameters to send.
    public var parameters: V3Object {
        var object = V3Object()
        limit.append(to: &object)
        return object
    }
}
