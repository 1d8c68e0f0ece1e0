import QCloudAPI
import WherryCore

/// Turns what the API answers into values of the house.
struct WireMapping: Sendable {
    /// How times are written; UTC+8 is inferred, see ``CRSTimeFormat``.
    let times: CRSTimeFormat

    /// An instance of a region.
    ///
    /// - Parameter region: the region that was asked, which is the one to ask for its backups; kept rather than the
    ///   answer's own.
    func instance(_ wire: V3Instance, region: String) -> Instance {
        Instance(
            id: Instance.ID(rawValue: wire.instanceID),
            name: wire.instanceName ?? "",
            topology: wire.isCluster.map { $0 ? .cluster : .standalone } ?? .unknown,
            state: state(wire.status),
            engine: EngineText.text(of: wire),
            region: region,
            memory: wire.size.flatMap(megabytes),
            createdAt: wire.createtime.flatMap(moment)
        )
    }

    /// A backup; nil when its start cannot be read, without which it has no place among the others.
    func backup(_ wire: V3Backup, of instance: Instance.ID) -> Backup? {
        guard let startedAt = moment(wire.startTime) else { return nil }
        return Backup(
            id: Backup.ID(rawValue: wire.backupID),
            instance: instance,
            startedAt: startedAt,
            endedAt: wire.endTime.flatMap(moment),
            kind: kind(wire.origin),
            state: state(wire.status),
            remark: wire.remark,
            size: wire.backupSize.flatMap { $0 > 0 ? ByteCount(Int64($0)) : nil },
            expiresAt: wire.expireTime.flatMap(moment)
        )
    }

    /// A moment as the wire has it, `yyyy-MM-dd HH:mm:ss`; also RFC 3339 in UTC, as newer products have it (inferred).
    ///
    /// Nil for anything else, such as the zeros that stand for "never".
    func moment(_ text: String) -> Timestamp? {
        times.parse(text).map { Timestamp(seconds: $0) } ?? Timestamp(text)
    }

    private func state(_ status: V3Instance.Status?) -> Instance.State {
        switch status {
        case .running: .running
        case .uninitialized: .initializing
        case .inFlow: .busy
        case .isolated, .toBeDeleted: .isolated
        default: .unknown
        }
    }

    /// The states of all pages together; the newest names 1 (in progress) and 2 only, older ones 3, 4 and -2 too.
    private func state(_ status: V3Backup.Status?) -> Backup.State {
        switch status {
        case .normal, .exported: .available
        case .locked: .busy
        case .exporting: .exporting
        case .expired, V3Backup.Status(rawValue: -2): .expired
        default: .unknown
        }
    }

    private func kind(_ origin: V3Backup.Origin?) -> Backup.Kind {
        switch origin {
        case .manual: .manual
        case .automatic: .automatic
        case .specificationChange, nil: .other
        }
    }

    /// `Size` is a number of MB with a fraction; nil for one that cannot be a size.
    private func megabytes(_ number: Double) -> ByteCount? {
        Int64(exactly: (number * 1_048_576).rounded()).flatMap { $0 > 0 ? ByteCount($0) : nil }
    }
}
