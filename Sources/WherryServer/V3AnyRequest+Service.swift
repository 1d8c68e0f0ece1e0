import QCloudAPI

extension V3AnyRequest {
    /// The action's name.
    var action: String {
        switch self {
        case .describeInstances: V3DescribeInstances.action
        case .describeInstanceBackups: V3DescribeInstanceBackups.action
        case .describeBackupURL: V3DescribeBackupURL.action
        case .describeBackupDetail: V3DescribeBackupDetail.action
        case .manualBackupInstance: V3ManualBackupInstance.action
        case .describeTaskInfo: V3DescribeTaskInfo.action
        case .describeBackupDownloadRestriction: V3DescribeBackupDownloadRestriction.action
        case .modifyBackupDownloadRestriction: V3ModifyBackupDownloadRestriction.action
        case .describeAutoBackupConfig: V3DescribeAutoBackupConfig.action
        case .modifyAutoBackupConfig: V3ModifyAutoBackupConfig.action
        }
    }

    /// How many calls a second the provider documents.
    var requestsPerSecond: Int {
        switch self {
        case .describeInstances: V3DescribeInstances.requestsPerSecond
        case .describeInstanceBackups: V3DescribeInstanceBackups.requestsPerSecond
        case .describeBackupURL: V3DescribeBackupURL.requestsPerSecond
        case .describeBackupDetail: V3DescribeBackupDetail.requestsPerSecond
        case .manualBackupInstance: V3ManualBackupInstance.requestsPerSecond
        case .describeTaskInfo: V3DescribeTaskInfo.requestsPerSecond
        case .describeBackupDownloadRestriction: V3DescribeBackupDownloadRestriction.requestsPerSecond
        case .modifyBackupDownloadRestriction: V3ModifyBackupDownloadRestriction.requestsPerSecond
        case .describeAutoBackupConfig: V3DescribeAutoBackupConfig.requestsPerSecond
        case .modifyAutoBackupConfig: V3ModifyAutoBackupConfig.requestsPerSecond
        }
    }

    /// What it is about, for the catalog; may be empty.
    var object: String {
        switch self {
        case .describeInstances(let wanted): wanted.instanceID ?? ""
        case .describeInstanceBackups(let wanted): wanted.instanceID ?? ""
        case .describeBackupURL(let wanted): "\(wanted.instanceID)/\(wanted.backupID)"
        case .describeBackupDetail(let wanted): "\(wanted.instanceID)/\(wanted.backupID)"
        case .manualBackupInstance(let wanted): wanted.instanceID
        case .describeTaskInfo(let wanted): String(wanted.taskID)
        case .describeBackupDownloadRestriction, .modifyBackupDownloadRestriction: ""
        case .describeAutoBackupConfig(let wanted): wanted.instanceID
        case .modifyAutoBackupConfig(let wanted): wanted.instanceID
        }
    }
}
