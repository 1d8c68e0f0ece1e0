import Testing
import WherryCore

@testable import DepotSource

@Suite
struct DownloadSignerTests {
    private let signer = DownloadSigner(key: Secret("a key for tests"))
    private let expiry = Timestamp(seconds: 1_800_000_000)
    private let path = "crs-1/b-1/dump.rdb"

    private func refusal(
        _ token: String,
        path: String? = nil,
        listener: Network? = nil,
        client: IPAddress? = nil,
        now: Timestamp? = nil
    ) -> DownloadSigner.Refusal? {
        do {
            try signer.check(
                token,
                path: path ?? self.path,
                listener: listener,
                client: client,
                now: now ?? expiry - .seconds(1)
            )
            return nil
        } catch {
            return error
        }
    }

    @Test func goodUntilItsLastSecond() {
        let token = signer.token(path: path, network: .extranet, expiry: expiry)
        #expect(refusal(token) == nil)
        #expect(refusal(token, now: expiry) == .expired(expiry))
    }

    @Test func looksLikeTheProviders() {
        let token = signer.token(path: path, network: .extranet, expiry: expiry)
        #expect(token.count == 56)
        #expect(token.hasSuffix("=="))
    }

    @Test func boundToClients() throws {
        let blocks = try ["10.0.0.0/8", "fd00::/8"].map { try #require(IPBlock($0)) }
        let inside = try #require(IPAddress("10.1.2.3"))
        let outside = try #require(IPAddress("11.1.2.3"))
        func refusals(_ clients: ClientRule) -> [DownloadSigner.Refusal?] {
            let token = signer.token(path: path, network: .intranet, expiry: expiry, clients: clients)
            #expect(refusal(token, listener: .extranet, client: inside) == .network)
            #expect(refusal(token, client: inside, now: expiry) == .expired(expiry))
            return [inside, outside, nil].map { refusal(token, client: $0) }
        }
        #expect(refusals(.everyone) == [nil, nil, nil])
        #expect(refusals(.only(blocks)) == [nil, .client, .client])
        #expect(refusals(.allBut(blocks)) == [.client, nil, .client])
    }

    @Test func everyChangeOfATokenForSomeClientsIsRefused() throws {
        let clients = ClientRule.only([try #require(IPBlock("10.0.0.0/8"))])
        let token = Array(signer.token(path: path, network: .extranet, expiry: expiry, clients: clients))
        let inside = try #require(IPAddress("10.1.2.3"))
        #expect(refusal(String(token), client: inside) == nil)
        for index in token.indices {
            var changed = token
            changed[index] = token[index] == "A" ? "B" : "A"
            #expect(refusal(String(changed), client: inside) == .signature)
        }
        // The part about the clients cannot be left out.
        let plain = Array(signer.token(path: path, network: .extranet, expiry: expiry))
        #expect(refusal(String(token.prefix(12) + plain.dropFirst(12)), client: inside) == .signature)
    }

    @Test func boundToPathAndNetwork() {
        let token = signer.token(path: path, network: .intranet, expiry: expiry)
        #expect(refusal(token, path: "crs-1/b-2/dump.rdb") == .signature)
        #expect(refusal(token, listener: .intranet) == nil)
        #expect(refusal(token, listener: .extranet) == .network)
    }

    @Test func everyOtherSpellingIsRefused() {
        let token = Array(signer.token(path: path, network: .extranet, expiry: expiry))
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=%")
        for index in token.indices {
            for letter in letters where letter != token[index] {
                var changed = token
                changed[index] = letter
                #expect(refusal(String(changed)) == .signature)
            }
        }
        for odd in ["", "=", "no base64 !", String(token) + "A", String(token.dropLast())] {
            #expect(refusal(odd) == .signature)
        }
    }
}
