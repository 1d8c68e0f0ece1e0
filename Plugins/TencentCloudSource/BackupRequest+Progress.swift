import WherryPluginKit

extension BackupRequest {
    /// How far it is at the provider.
    enum Progress: Sendable, Hashable {
        /// Not begun, or at work.
        case running
        /// Made; it is, or soon will be, among the instance's backups.
        case done
        /// Given up by the provider, with its own words.
        case failed(String)
        /// In a state that this version has no word for.
        case unknown

        /// Whether nothing will change any more.
        var isFinal: Bool {
            switch self {
            case .done, .failed: true
            case .running, .unknown: false
            }
        }
    }
}
