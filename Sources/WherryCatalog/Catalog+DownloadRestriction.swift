import Foundation
import GRDB
package import WherryCore

/// From where the URLs that the service issues for a source may be used.
package struct DownloadRestriction: Sendable, Hashable {
    /// What sort of places.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// From anywhere.
        case none
        /// By the URLs of the provider's own network only.
        case intranet
        /// From the listed places only.
        case custom
    }

    /// Networks of one of the provider's regions.
    package struct Network: Sendable, Hashable, Codable {
        /// The region.
        package var region: String
        /// The ids of the networks.
        package var vpcs: [String]

        /// Networks.
        package init(region: String, vpcs: [String]) {
            self.region = region
            self.vpcs = vpcs
        }
    }

    /// What sort of places.
    package var kind: Kind
    /// Whether the addresses are kept out instead of let in.
    package var keepsOut: Bool
    /// Addresses and blocks of them, as their owner wrote them.
    package var addresses: [String]
    /// Networks that are let in.
    package var networks: [Network]

    /// A restriction; from anywhere unless more is said.
    package init(
        kind: Kind = .none,
        keepsOut: Bool = false,
        addresses: [String] = [],
        networks: [Network] = []
    ) {
        self.kind = kind
        self.keepsOut = keepsOut
        self.addresses = addresses
        self.networks = networks
    }
}

extension Catalog {
    /// The restriction of a source; none when nobody set one.
    package func downloadRestriction(of source: SourceName) async throws -> DownloadRestriction {
        try memory.value(.init(kind: .restriction, source: source.rawValue)) {
            try lookUp { db in
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT r.kind, r.address_rule, r.addresses, r.networks
                        FROM download_restriction AS r JOIN source AS s ON s.id = r.source_id WHERE s.name = ?
                        """
                )
                guard let row = try Row.fetchOne(statement, arguments: [source.rawValue]) else {
                    return DownloadRestriction()
                }
                let decoder = JSONDecoder()
                return DownloadRestriction(
                    // What a newer version wrote and this one does not know lets nobody in.
                    kind: DownloadRestriction.Kind(rawValue: row[0]) ?? .custom,
                    keepsOut: row[1] == "not-in",
                    addresses: try decoder.decode([String].self, from: Data((row[2] as String).utf8)),
                    networks: try decoder.decode(
                        [DownloadRestriction.Network].self,
                        from: Data((row[3] as String).utf8)
                    )
                )
            }
        }
    }

    /// Sets the restriction of a source, which must have been registered.
    package func setDownloadRestriction(
        _ restriction: DownloadRestriction,
        of source: SourceName,
        at: Timestamp,
        by caller: String
    ) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let addresses = String(decoding: try encoder.encode(restriction.addresses), as: UTF8.self)
        let networks = String(decoding: try encoder.encode(restriction.networks), as: UTF8.self)
        try await write { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO download_restriction
                        (source_id, kind, address_rule, addresses, networks, changed_at, changed_by)
                    SELECT id, ?, ?, ?, ?, ?, ? FROM source WHERE name = ?
                    ON CONFLICT (source_id) DO UPDATE SET
                        kind = excluded.kind, address_rule = excluded.address_rule, addresses = excluded.addresses,
                        networks = excluded.networks, changed_at = excluded.changed_at,
                        changed_by = excluded.changed_by
                    """
            ).execute(arguments: [
                restriction.kind.rawValue, restriction.keepsOut ? "not-in" : "in", addresses, networks,
                at.description, caller, source.rawValue,
            ])
        }
    }
}
