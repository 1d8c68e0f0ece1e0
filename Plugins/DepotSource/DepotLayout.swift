import WherryCore
import WherryPluginKit

/// Where a file lies below the depot's folder, which is also its path in a URL.
enum DepotLayout {
    /// `INSTANCE/BACKUP/FILE`, each made safe.
    ///
    /// The escapes of an odd name stay escapes on the way: the server compares and opens the path as it was sent.
    static func path(instance: Instance.ID, backup: Backup.ID, file: String) -> String {
        folder(instance: instance, backup: backup) + "/" + PathTemplate.safe(file)
    }

    /// `INSTANCE/BACKUP`, each made safe.
    static func folder(instance: Instance.ID, backup: Backup.ID) -> String {
        [instance.rawValue, backup.rawValue].map(PathTemplate.safe).joined(separator: "/")
    }
}
