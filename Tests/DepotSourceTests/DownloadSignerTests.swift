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
        now: Timestamp? = nil
    ) -> DownloadSigner.Refusal? {
        do {
            try signer.check(token, path: path ?? self.path, listener: listener, now: now ?? expiry - .seconds(1))
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
