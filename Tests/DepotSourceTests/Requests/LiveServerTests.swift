import Testing
import WherryCore
import WherryPluginKit

@testable import DepotSource

/// Entries of the depot's option `servers`.
@Suite struct LiveServerTests {
    private static let secret = "MARKEDpassword"

    /// An entry that cannot be used, and the code that says so.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var changes: [String: OptionValues.Value]
        var code: String
    }

    private func entry(_ changes: [String: OptionValues.Value] = [:]) -> OptionValues {
        var entry = OptionValues(["instance": .text("orders"), "address": .text("redis://saver@10.0.0.7:6380")])
        for (name, value) in changes { entry.set(name, value) }
        return entry
    }

    @Test func isReadWhole() throws {
        let server = try LiveServer(
            entry([
                "address": .text("rediss://saver@10.0.0.7"), "ca": .text("/ca.pem"), "name": .text("Orders"),
                "password": .secret(Secret(Self.secret)), "start_timeout": .duration(.seconds(5)),
            ])
        )
        #expect(server.instance == "orders" && server.name == "Orders")
        #expect(server.address.user == "saver" && server.address.usesTLS)
        #expect(server.access.password?.reveal == Self.secret && server.access.authority == "/ca.pem")
        #expect(server.patience.start == .seconds(5) && server.patience.stall == .seconds(60))
        #expect(!"\(server)".contains(Self.secret))
    }

    @Test(arguments: [
        Case(testDescription: "no URL", changes: ["address": .text("10.0.0.7")], code: "snapshot.bad-address"),
        Case(
            testDescription: "a password in it",
            changes: ["address": .text("redis://saver:\(secret)@10.0.0.7")],
            code: "snapshot.password-in-url"
        ),
        Case(
            testDescription: "TLS that trusts nobody",
            changes: ["address": .text("rediss://10.0.0.7")],
            code: "snapshot.tls-options"
        ),
        Case(testDescription: "files without TLS", changes: ["ca": .text("/ca.pem")], code: "snapshot.tls-options"),
        Case(
            testDescription: "a password of two lines",
            changes: ["password": .secret(Secret("\(secret)\n2"))],
            code: "snapshot.bad-password"
        ),
        Case(testDescription: "no instance", changes: ["instance": .text("")], code: "depot.bad-server"),
    ])
    func isRefused(_ wrong: Case) throws {
        let failure = try #require(throws: Failure.self) { _ = try LiveServer(entry(wrong.changes)) }
        #expect(failure.code == wrong.code)
        #expect(failure.failureClass == .configuration)
        for text in [failure.message, failure.remedy ?? ""] {
            #expect(!text.contains(Self.secret) && !text.contains("--"), "\(text)")
        }
        #expect(failure.remedy != nil)
    }

    @Test func oneForEachInstance() throws {
        let both = OptionValues(["servers": .records([entry(), entry(["instance": .text("sessions")])])])
        #expect(try LiveServer.all(both).keys.sorted() == ["orders", "sessions"])
        let twice = OptionValues(["servers": .records([entry(), entry()])])
        let failure = #expect(throws: Failure.self) { _ = try LiveServer.all(twice) }
        #expect(failure?.code == "depot.bad-server")
        #expect(try LiveServer.all(OptionValues([:])).isEmpty)
    }
}
