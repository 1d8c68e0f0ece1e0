import Foundation
package import WherryCore

/// The zones that the system knows.
extension ZoneOffset {
    /// The zone the machine is set to, daylight saving included.
    package static let local = ZoneOffset { moment in
        TimeZone.autoupdatingCurrent.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment.seconds)))
    }

    /// The zone of that name in the zoneinfo database, such as `Europe/Berlin`; nil when there is none.
    ///
    /// Abbreviations such as `CEST` are none: they name an offset rather than a place's clock.
    package init?(named name: String) {
        guard TimeZone.knownTimeZoneIdentifiers.contains(name) || name == "UTC",
            let zone = TimeZone(identifier: name)
        else { return nil }
        self.init { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0.seconds))) }
    }
}
