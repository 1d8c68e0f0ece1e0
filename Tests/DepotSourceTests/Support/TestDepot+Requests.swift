import Logging
import WherryCore
import WherryPluginKit

@testable import DepotSource

extension TestDepot {
    /// Who takes snapshots of these servers, by instance; without waiting before further attempts.
    func requests(
        _ addresses: [String: String],
        password: Secret? = nil,
        attempts: Int = 1
    ) throws -> DepotRequests {
        let entries = addresses.map { instance, address in
            var entry = OptionValues(["instance": .text(instance), "address": .text(address)])
            if let password { entry.set("password", .secret(password)) }
            return entry
        }
        return DepotRequests(
            store: store,
            servers: try LiveServer.all(OptionValues(["servers": .records(entries)])),
            keep: .seconds(7 * 86_400),
            state: folder + ".state",
            logger: Logger(label: "depot") { _ in SwiftLogNoOpLogHandler() },
            pauses: Array(repeating: .milliseconds(50), count: attempts - 1)
        )
    }
}
