/// The parameters of `ManualBackupInstance`, which begins a backup (vendor's v2 ManualBackupInstance page).
///
/// The vendor takes about 24 of these a day and lets more fail.
public struct ManualBackupInstance: CRSActionRequest {
    /// `ManualBackupInstance`.
    public static let action = "ManualBackupInstance"

    /// The instance.
    public var redisId: String
    /// The owner's remark.
    public var remark: String?

    /// Makes a request to back up one instance.
    public init(redisId: String, remark: String? = nil) {
        self.redisId = redisId
        self.remark = remark
    }

    /// Reads the parameters; `redisId` is required.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter.
    public init(parameters: FormParameters) throws(CRSError) {
        let reader = ActionParameters(parameters: parameters)
        self.init(redisId: try reader.text("redisId"), remark: reader.optionalText("remark"))
    }

    /// The parameters to send.
    public var parameters: FormParameters {
        var form = FormParameters()
        form.append("redisId", redisId)
        form.append("remark", remark)
        return form
    }
}
