/// The parameters of whichever action a call names, for a server to switch over.
public enum V3AnyRequest: Sendable, Equatable {
    /// Lists instances.
    case describeInstances(V3DescribeInstances)
    /// Lists backups.
    case describeInstanceBackups(V3DescribeInstanceBackups)
    /// Signs the addresses of a backup's files.
    case describeBackupURL(V3DescribeBackupURL)
    /// Tells all about one backup.
    case describeBackupDetail(V3DescribeBackupDetail)
    /// Begins a backup.
    case manualBackupInstance(V3ManualBackupInstance)
    /// Tells how far a task is.
    case describeTaskInfo(V3DescribeTaskInfo)
    /// Tells from where backups may be downloaded.
    case describeBackupDownloadRestriction(V3DescribeBackupDownloadRestriction)
    /// Sets from where backups may be downloaded.
    case modifyBackupDownloadRestriction(V3ModifyBackupDownloadRestriction)
    /// Tells when an instance is backed up by itself.
    case describeAutoBackupConfig(V3DescribeAutoBackupConfig)
    /// Sets when an instance is backed up by itself.
    case modifyAutoBackupConfig(V3ModifyAutoBackupConfig)

    /// Reads the parameters of an authenticated call.
    ///
    /// - Throws: ``V3Error`` InvalidAction for another action, else what the action's own initialiser throws.
    public init(_ call: V3Call) throws(V3Error) {
        try self.init(action: call.action) { () throws(V3Error) in try call.parameters() }
    }

    /// Reads the parameters of an action.
    ///
    /// - Parameter parameters: asked only when the action is known.
    /// - Throws: ``V3Error`` as the other initialiser does.
    public init(action: String, parameters: () throws(V3Error) -> V3Object) throws(V3Error) {
        switch action {
        case V3DescribeInstances.action:
            self = .describeInstances(try V3DescribeInstances(parameters: parameters()))
        case V3DescribeInstanceBackups.action:
            self = .describeInstanceBackups(try V3DescribeInstanceBackups(parameters: parameters()))
        case V3DescribeBackupURL.action:
            self = .describeBackupURL(try V3DescribeBackupURL(parameters: parameters()))
        case V3DescribeBackupDetail.action:
            self = .describeBackupDetail(try V3DescribeBackupDetail(parameters: parameters()))
        case V3ManualBackupInstance.action:
            self = .manualBackupInstance(try V3ManualBackupInstance(parameters: parameters()))
        case V3DescribeTaskInfo.action:
            self = .describeTaskInfo(try V3DescribeTaskInfo(parameters: parameters()))
        case V3DescribeBackupDownloadRestriction.action:
            self = .describeBackupDownloadRestriction(try V3DescribeBackupDownloadRestriction(parameters: parameters()))
        case V3ModifyBackupDownloadRestriction.action:
            self = .modifyBackupDownloadRestriction(try V3ModifyBackupDownloadRestriction(parameters: parameters()))
        case V3DescribeAutoBackupConfig.action:
            self = .describeAutoBackupConfig(try V3DescribeAutoBackupConfig(parameters: parameters()))
        case V3ModifyAutoBackupConfig.action:
            self = .modifyAutoBackupConfig(try V3ModifyAutoBackupConfig(parameters: parameters()))
        default:
            throw V3Error(.invalidAction, "The action is not known here.")
        }
    }
}
