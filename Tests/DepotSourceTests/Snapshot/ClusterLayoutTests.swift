import Testing
import WherryCore

@testable import DepotSource

/// What nodes say of their cluster.
@Suite struct ClusterLayoutTests {
    private static let entry = RedisAddress(.tcp(host: "entry", port: 1))

    private func code(_ text: String) -> String? {
        let failure = #expect(throws: Failure.self) { try ClusterLayout(parsing: text, from: Self.entry) }
        #expect(failure?.failureClass == .transient)
        return failure?.code
    }

    private static func node(
        _ id: String,
        _ rest: String,
        at address: String = "127.0.0.1:7@8",
        flags: String = "master"
    )
        -> String
    { "\(id) \(address) \(flags) - 0 0 1 connected \(rest)\n" }

    @Test func takesMastersByLowestSlotAndLeavesReplicas() throws {
        let text =
            Self.node("b", "8192-16383", at: "10.0.0.2:7@8,name")
            + Self.node("a", "0-99 200-8191 100-199", at: ":0@0", flags: "myself,master")
            + Self.node("r", "", flags: "slave") + Self.node("empty", "", flags: "master,fail")
        let layout = try ClusterLayout(parsing: text, from: Self.entry)
        #expect(layout.masters.map(\.id) == ["a", "b"])
        #expect(layout.masters.map(\.address.description) == ["redis://entry:1", "redis://10.0.0.2:7"])
        #expect(layout.masters[0].slots.description == "0-8191")
    }

    @Test(arguments: [
        ("", "snapshot.cluster-unreadable"), ("ERR what", "snapshot.cluster-unreadable"),
        (node("a", "0-x"), "snapshot.cluster-unreadable"), (node("a", "0-16382"), "snapshot.slots-missing"),
        (node("a", "0-16384"), "snapshot.slots-moving"), (node("a", "0-9 9-16383"), "snapshot.slots-moving"),
        (node("a", "0-16383 [93->-b]", flags: "myself,master"), "snapshot.slots-moving"),
        (node("a", "0-16383", flags: "master,fail?"), "snapshot.master-down"),
        (node("a", "0-16383", at: ":0@0"), "snapshot.master-down"),
        (node("a", "0-16383", at: "--help:7@8"), "snapshot.master-down"),
    ])
    func refuses(text: String, code expected: String) {
        #expect(code(text) == expected)
    }
}
