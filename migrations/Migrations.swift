/// One step of the catalog's schema: a SQL file of this folder, embedded in the program.
package struct Migration: Sendable {
    /// The version that the catalog has afterwards, from 1 without gaps.
    package let version: Int
    /// The file's name.
    package let name: String
    /// The file's bytes.
    package let bytes: [UInt8]

    /// The file's text.
    package var sql: String { String(decoding: bytes, as: UTF8.self) }

    /// All steps, oldest first.
    ///
    /// A shipped one never changes.
    package static let all: [Migration] = [
        Migration(version: 1, name: "0001_tables.sql", bytes: PackageResources._001_tables_sql),
        Migration(version: 2, name: "0002_views.sql", bytes: PackageResources._002_views_sql),
        Migration(version: 3, name: "0003_key_counts.sql", bytes: PackageResources._003_key_counts_sql),
        Migration(version: 4, name: "0004_service.sql", bytes: PackageResources._004_service_sql),
        Migration(version: 5, name: "0005_sinks.sql", bytes: PackageResources._005_sinks_sql),
        Migration(version: 6, name: "0006_schedules.sql", bytes: PackageResources._006_schedules_sql),
        Migration(version: 7, name: "0007_copies.sql", bytes: PackageResources._007_copies_sql),
    ]
}
