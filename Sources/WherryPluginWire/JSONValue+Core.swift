package import WherryCore

extension JSONValue {
    /// A field that holds a time.
    func optionalTime(_ key: String, of what: String) throws(WireProblem) -> Timestamp? {
        guard let text = try optionalText(key, of: what) else { return nil }
        guard let time = Timestamp(text) else {
            throw WireProblem("The field \(key) of \(what) is not a time such as 2026-07-01T02:00:00Z.")
        }
        return time
    }

    /// A field that holds a digest.
    func optionalDigest(_ key: String, of what: String) throws(WireProblem) -> SHA256Digest? {
        guard let text = try optionalText(key, of: what) else { return nil }
        guard let digest = SHA256Digest(hex: text) else {
            throw WireProblem("The field \(key) of \(what) is not 64 hexadecimal digits.")
        }
        return digest
    }

    /// A size.
    func optionalSize(_ key: String, of what: String) throws(WireProblem) -> ByteCount? {
        try optionalCount(key, of: what).map { ByteCount($0) }
    }

    /// A name that is not empty, holds no control character and is at most 512 bytes long.
    func requiredName(_ key: String, of what: String) throws(WireProblem) -> String {
        let text = try requiredText(key, of: what)
        guard !text.isEmpty, text.utf8.count <= 512,
            !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            throw WireProblem("The field \(key) of \(what) is empty, too long, or has control characters.")
        }
        return text
    }

    /// Text.
    package static func text(_ value: (some CustomStringConvertible)?) -> JSONValue? {
        value.map { .string($0.description) }
    }

    /// A size.
    package static func size(_ value: ByteCount?) -> JSONValue? { value.map { .integer($0.bytes) } }
}

/// Instances, as they are written in messages.
package enum WireInstance {
    /// Writes one.
    package static func value(_ instance: Instance) -> JSONValue {
        .members([
            "id": .string(instance.id.rawValue),
            "name": .string(instance.name),
            "topology": .string(instance.topology.rawValue),
            "state": .string(instance.state.rawValue),
            "engine": .text(instance.engine),
            "region": .text(instance.region),
            "memory_bytes": .size(instance.memory),
            "created_at": .text(instance.createdAt),
        ])
    }

    /// Reads one.
    package static func read(_ value: JSONValue) throws(WireProblem) -> Instance {
        let what = "an instance"
        return Instance(
            id: Instance.ID(rawValue: try value.requiredName("id", of: what)),
            name: try value.optionalText("name", of: what) ?? "",
            topology: try value.word("topology", of: what, as: Instance.Topology.self) ?? .unknown,
            state: try value.word("state", of: what, as: Instance.State.self) ?? .unknown,
            engine: try value.optionalText("engine", of: what),
            region: try value.optionalText("region", of: what),
            memory: try value.optionalSize("memory_bytes", of: what),
            createdAt: try value.optionalTime("created_at", of: what)
        )
    }
}

/// Backups, as they are written in messages.
package enum WireBackup {
    /// Writes one.
    ///
    /// - Parameter task: the order that it was made on; nil for none.
    package static func value(_ backup: Backup, task: String? = nil) -> JSONValue {
        .members([
            "id": .string(backup.id.rawValue),
            "instance": .string(backup.instance.rawValue),
            "started_at": .text(backup.startedAt),
            "ended_at": .text(backup.endedAt),
            "kind": .string(backup.kind.rawValue),
            "state": .string(backup.state.rawValue),
            "remark": .string(backup.remark),
            "size_bytes": .size(backup.size),
            "expires_at": .text(backup.expiresAt),
            "task": .text(task),
        ])
    }

    /// Reads one.
    package static func read(_ value: JSONValue) throws(WireProblem) -> Backup {
        let what = "a backup"
        guard let startedAt = try value.optionalTime("started_at", of: what) else {
            throw WireProblem("A backup has no field started_at.")
        }
        return Backup(
            id: Backup.ID(rawValue: try value.requiredName("id", of: what)),
            instance: Instance.ID(rawValue: try value.requiredName("instance", of: what)),
            startedAt: startedAt,
            endedAt: try value.optionalTime("ended_at", of: what),
            kind: try value.word("kind", of: what, as: Backup.Kind.self) ?? .other,
            state: try value.word("state", of: what, as: Backup.State.self) ?? .available,
            remark: try value.optionalText("remark", of: what) ?? "",
            size: try value.optionalSize("size_bytes", of: what),
            expiresAt: try value.optionalTime("expires_at", of: what)
        )
    }
}
