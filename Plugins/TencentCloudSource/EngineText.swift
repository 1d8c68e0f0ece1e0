import QCloudAPI

/// Engine and version of an instance, such as `Redis 7.0.15`.
enum EngineText {
    /// The most exact that the answer tells: `CurrentRedisVersion`, else what its `Type` stands for; nil when neither.
    static func text(of instance: V3Instance) -> String? {
        let edition = Self.edition(instance.type)
        let name = edition?.name ?? instance.engine.flatMap { $0.isEmpty ? nil : $0 }
        guard let exact = instance.currentRedisVersion, !exact.isEmpty else {
            return name.map { name in edition?.version.map { "\(name) \($0)" } ?? name }
        }
        // The form of the exact version is not documented; one that names its engine stands alone.
        guard let name, exact.utf8.first.map({ (48...57).contains($0) }) ?? false else { return exact }
        return "\(name) \(exact)"
    }

    /// What `Type` stands for (vendor page 239/20018).
    private static func edition(_ type: Int?) -> (name: String, version: String?)? {
        switch type {
        case 2, 5: ("Redis", "2.8")
        case 3, 4: ("CKV", nil)
        case 6, 7: ("Redis", "4.0")
        case 8, 9: ("Redis", "5.0")
        case 15, 16: ("Redis", "6.2")
        case 17, 18: ("Redis", "7.0")
        case 19, 20, 21, 22: ("Valkey", "8.0")
        case 200: ("Memcached", nil)
        default: nil
        }
    }
}
