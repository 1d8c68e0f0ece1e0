import Testing
import WherryCore

@testable import DepotSource

/// URLs of servers.
@Suite struct RedisAddressTests {
    @Test(arguments: [
        ("redis://h", "redis://h:6379"), ("redis://h:7/", "redis://h:7"), ("rediss://u@h:7", "rediss://h:7"),
        ("redis://[::1]:7", "redis://[::1]:7"), ("unix:/run/r.sock", "unix:/run/r.sock"),
        ("unix:///run/r.sock?user=u", "unix:/run/r.sock"),
    ])
    func reads(url: String, text: String) throws {
        #expect(try RedisAddress(parsing: url).description == text)
    }

    @Test func readsAUser() throws {
        #expect(try RedisAddress(parsing: "redis://a%40b@h").user == "a@b")
        #expect(try RedisAddress(parsing: "unix:/s?user=saver").user == "saver")
    }

    @Test(arguments: [
        "", "h:6379", "http://h", "redis://", "redis://-h", "redis://h:0", "redis://h:65536", "redis://h:+1",
        "redis://h/0", "redis://::1", "unix:relative", "unix:/s?db=1", "redis://%@h", "redis://[::1]x",
    ])
    func refuses(url: String) {
        let failure = #expect(throws: Failure.self) { try RedisAddress(parsing: url) }
        #expect(failure?.code == "snapshot.bad-address")
        #expect(failure?.failureClass == .usage)
    }

    @Test(arguments: ["redis://:hunter2@h", "redis://u:hunter2@h", "rediss://u:hun@ter2@h", "unix:/s?password=hunter2"])
    func neverRepeatsAPassword(url: String) {
        let failure = #expect(throws: Failure.self) { try RedisAddress(parsing: url) }
        #expect(failure?.code == "snapshot.password-in-url")
        #expect(failure?.message.contains("hun") == false)
    }
}
