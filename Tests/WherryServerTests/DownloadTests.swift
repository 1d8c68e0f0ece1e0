import Foundation
import Testing
import WherryCatalog
import WherryCore
import WherryTestSupport

/// Signed downloads: ranges, conditions, refusals.
@Suite(.timeLimit(.minutes(1)))
struct DownloadTests {
    private func withURL(_ body: @escaping @Sendable (Provider, String, [UInt8]) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            try await Provider.with(in: scratch) { provider in
                try await provider.fill(standalone: 1, shards: 0)
                let bytes = Array(try #require(FileManager.default.contents(atPath: Fixtures.rdb("orders-1"))))
                try await body(provider, try await provider.url(), bytes)
            }
        }
    }

    @Test func wholeFileWithValidators() async throws {
        try await withURL { _, url, bytes in
            let reply = try await HTTPProbe.send("GET", url)
            #expect(reply.status == 200)
            #expect(reply.body == bytes)
            #expect(reply.header("etag")?.hasPrefix("\"") == true)
            #expect(reply.header("accept-ranges") == "bytes")
            #expect(reply.header("content-length") == String(bytes.count))
            let head = try await HTTPProbe.send("HEAD", url)
            #expect(head.status == 200)
            #expect(head.header("content-length") == String(bytes.count))
            #expect(head.body.isEmpty)
        }
    }

    @Test func answersToHEADHaveNoBody() async throws {
        try await withURL { provider, url, _ in
            for target in [url, url + "x", provider.endpoint + "/healthz", provider.endpoint + "/nothing"] {
                let reply = try await HTTPProbe.send("HEAD", target)
                #expect(reply.status > 0)
                #expect(reply.body.isEmpty)
            }
        }
    }

    @Test func ranges() async throws {
        try await withURL { _, url, bytes in
            func range(_ text: String, _ extra: [(String, String)] = []) async throws -> HTTPProbe.Reply {
                try await HTTPProbe.send("GET", url, headers: [("range", text)] + extra)
            }
            let part = try await range("bytes=10-19")
            #expect(part.status == 206)
            #expect(part.body == Array(bytes[10..<20]))
            #expect(part.header("content-range") == "bytes 10-19/\(bytes.count)")
            #expect(try await range("bytes=100-").body == Array(bytes[100...]))
            #expect(try await range("bytes=-7").body == Array(bytes.suffix(7)))
            #expect(try await range("bytes=\(bytes.count)-").status == 416)
            #expect(try await range("bytes=5-2").status == 200)
            #expect(try await range("bytes=0-1,4-5").status == 200)
            let etag = try #require(part.header("etag"))
            #expect(try await range("bytes=3-", [("if-range", etag)]).status == 206)
            #expect(try await range("bytes=3-", [("if-range", "\"other\"")]).status == 200)
        }
    }

    @Test func everyChangedCharacterOfAURLIsRefused() async throws {
        try await withURL { _, url, _ in
            let start = try #require(url.firstIndex(of: "?"))
            let prefix = url[...start]
            let all = Array(url)
            let path = url.distance(from: url.startIndex, to: try #require(url.firstRange(of: "/download/")).upperBound)
            for index in all.indices.dropFirst(path) {
                for other in ["A", "B", "/", "=", "%", "+"] where other != String(all[index]) {
                    var changed = all
                    changed[index] = Character(other)
                    let reply = try await HTTPProbe.send("GET", String(changed))
                    #expect(reply.status == 403, "character \(index) as \(other)")
                    #expect(String(decoding: reply.body, as: UTF8.self).contains("<Code>"))
                }
            }
            let other = url.replacing("dump.rdb", with: "dump.rdc")
            #expect(try await HTTPProbe.send("GET", other).status == 403)
            #expect(try await HTTPProbe.send("GET", String(prefix.dropLast())).status == 403)
            #expect(try await HTTPProbe.send("GET", url + "=").status == 403)
        }
    }

    @Test func expiredURLIsRefusedLikeAnObjectStoreDoes() async throws {
        try await withURL { provider, url, _ in
            provider.clock.advance(by: .seconds(3_601))
            let reply = try await HTTPProbe.send("GET", url)
            #expect(reply.status == 403)
            #expect(reply.header("content-type") == "application/xml")
            let text = String(decoding: reply.body, as: UTF8.self)
            #expect(text.contains("<Code>AccessDenied</Code>"))
            #expect(text.contains("<Message>Request has expired</Message>"))
            #expect(!text.contains(url.suffix(20)))
        }
    }

    @Test func urlsLookLikeTheProvidersOwn() async throws {
        try await withURL { _, url, _ in
            #expect(url.hasSuffix("=="))
            #expect(url.contains("/dump.rdb?"))
        }
    }
}

extension Provider {
    /// A URL of the first backup, as the API issues it.
    func url() async throws -> String {
        let backup = try #require(try await catalog.backups(of: "crs-orders01", in: "depot").first)
        let answer = try await RawCaller(provider: self).issue("crs-orders01", backup.id.rawValue)
        return answer
    }
}

extension RawCaller {
    func issue(_ instance: String, _ backup: String) async throws -> String {
        #expect(try await code("GetBackupDownloadUrl", ["redisId": instance, "backupId": backup]) == 0)
        let rows = try provider.catalog.rows("SELECT intranet_url FROM redacted_url")
        #expect(
            rows.allSatisfy {
                $0[0] == .text("http://127.0.0.1:\(provider.port)/download/\(instance)/\(backup)/dump.rdb?…")
            }
        )
        return try #require(
            try await provider.catalog.usableURLs(
                for: Backup.Key(instance: .init(rawValue: instance), backup: .init(rawValue: backup)),
                from: "depot",
                at: provider.clock.now,
                margin: .zero
            ).first?.issued.intranet
        ).text
    }
}
