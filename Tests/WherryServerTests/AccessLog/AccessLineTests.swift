import Foundation
import Testing
import WherryCore

@testable import WherryServer

@Suite struct AccessLineTests {
    static let record = AccessRecord(
        client: IPAddress("10.0.0.7"),
        network: .intranet,
        method: "POST",
        path: "/",
        dialect: .api3,
        action: "DescribeInstances",
        caller: "api:AKIDtest",
        code: "0",
        status: 200,
        bytes: 512,
        userAgent: "tccli/3",
        requestID: "0b7f",
        arrivedAt: .now,
        latency: .microseconds(1_204)
    )

    private func line(_ change: (inout AccessRecord) -> Void = { _ in }) -> String {
        var record = Self.record
        change(&record)
        return String(decoding: AccessLine.bytes(record, milliseconds: 1_782_892_800_050), as: UTF8.self)
    }

    private func value(_ key: String, of line: String) throws -> String? {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(object as? [String: Any])[key] as? String
    }

    @Test func hasItsKeysInOneOrder() {
        #expect(
            line() == """
                {"time":"2026-07-01T08:00:00.050Z","client":"10.0.0.7","listener":"intranet","method":"POST","path":"/",\
                "dialect":"api3","action":"DescribeInstances","caller":"api:AKIDtest","code":"0","status":200,\
                "bytes":512,"latency_ms":1.204,"request_id":"0b7f","user_agent":"tccli/3"}

                """
        )
    }

    @Test func saysNullWhereNothingIsKnown() {
        let line = line { record in
            record.client = nil
            record.network = nil
            record.action = nil
            record.caller = nil
            record.code = nil
            record.bytes = nil
            record.userAgent = nil
            record.latency = .zero
        }
        #expect(
            line == """
                {"time":"2026-07-01T08:00:00.050Z","client":null,"listener":"both","method":"POST","path":"/",\
                "dialect":"api3","action":null,"caller":null,"code":null,"status":200,"bytes":null,\
                "latency_ms":0.000,"request_id":"0b7f","user_agent":null}

                """
        )
    }

    @Test(arguments: [
        "quote \" and \\ backslash", "tab\t newline\n return\r null\0 escape\u{1B}[31m delete\u{7F}", "\u{85}\u{9B}31m",
        "\u{2028}\u{2029}\u{202E}txet", "grüße 🦜", "</script>", "\",\"status\":500,\"x\":\"",
    ])
    func escapesWhatBreaksLines(text: String) throws {
        let line = line { record in
            record.path = text
            record.userAgent = text
            record.method = text
        }
        #expect(try value("path", of: line) == text)
        #expect(try value("user_agent", of: line) == text)
        #expect(try value("method", of: line) == text)
        let scalars = line.dropLast().unicodeScalars
        #expect(scalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\u{202E}" })
    }

    @Test(arguments: [
        (String(repeating: "a", count: 500), 200), (String(repeating: "é", count: 500), 200),
        (String(repeating: "🦜", count: 500), 200), ("x" + String(repeating: "é", count: 500), 199),
    ])
    func cutsLongAgentsBetweenCharacters(agent: String, bytes: Int) throws {
        let kept = try #require(try value("user_agent", of: line { $0.userAgent = agent }))
        #expect(kept.utf8.count == bytes)
        #expect(agent.hasPrefix(kept))
    }

    @Test func cutsLongPathsAndMethods() throws {
        let long = String(repeating: "x", count: 60_000)
        let line = line { record in
            record.path = "/" + long
            record.method = long
            record.caller = "api:" + long
        }
        #expect(line.utf8.count < 2_000)
    }

    @Test(arguments: [
        ("/download/a/b.rdb?sign=LEAKMARK", "/download/a/b.rdb"), ("/a#LEAKMARK", "/a"), ("/a%3Fsign=LEAKMARK", "/a"),
        ("/a%3fsign=LEAKMARK", "/a"), ("/a%253Fsign%253DLEAKMARK", "/a"), ("/a%25253fLEAKMARK", "/a"),
        ("/a%23LEAKMARK", "/a"), ("?LEAKMARK", ""), ("http://host/a?LEAKMARK", "http://host/a"), ("*", "*"),
        ("/a%2Fb%", "/a%2Fb%"), ("/50%25", "/50%25"),
    ])
    func pathsHaveNoQuery(target: String, path: String) {
        #expect(AccessRecord.path(of: target) == path)
    }

    @Test(arguments: [
        ("fetch https://h/d/a?sign=LEAKMARK&t=1 v2", "fetch https://h/d/a?… v2"), ("a?LEAKMARK?LEAKMARK", "a?…?…"),
        ("Mozilla/5.0 (X11)", "Mozilla/5.0 (X11)"),
    ])
    func agentsHaveNoQuery(agent: String, kept: String) throws {
        #expect(try value("user_agent", of: line { $0.userAgent = agent }) == kept)
    }

    @Test(arguments: [
        (Int64(-1), "1969-12-31T23:59:59.999Z"), (0, "1970-01-01T00:00:00.000Z"), (999, "1970-01-01T00:00:00.999Z"),
    ])
    func writesTimes(milliseconds: Int64, text: String) throws {
        let line = String(decoding: AccessLine.bytes(Self.record, milliseconds: milliseconds), as: UTF8.self)
        #expect(try value("time", of: line) == text)
    }
}
