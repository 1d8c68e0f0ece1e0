import Testing
import WherryCore

/// Nothing that Swift can do to print a value shows what must not be seen.
@Suite struct SecrecyTests {
    private struct Holder {
        var url: SignedURL
        var secret: Secret
        var maybe: SignedURL?
        var list: [Secret]
        var either: Result<SignedURL, Failure>
        var table: [String: SignedURL]
    }

    private func everyText(of value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var printed = ""
        print(value, to: &printed)
        debugPrint(value, to: &printed)
        let mirror = Mirror(reflecting: value).children.map {
            "\($0.label ?? "") \($0.value) \(String(reflecting: $0.value))"
        }
        return [dumped, printed, "\(value)", String(describing: value), String(reflecting: value)] + mirror
    }

    @Test(arguments: [
        "https://h/a.rdb?token=MARKED/+==", "https://u:MARKED@h/a?MARKED", "https://h/MARKED", "MARKED", "ftp://MARKED",
        "https://h/a#MARKED?x", "https://h/a?\u{301}MARKED", "https://u:MARKED@\u{301}h/a?b",
    ])
    func aSignedURLIsNeverPrinted(text: String) {
        let url = SignedURL(text)
        let issued = IssuedURL(
            id: 1,
            url: url,
            network: .extranet,
            issuedAt: Timestamp(seconds: 0),
            expiresAt: Timestamp(seconds: 1)
        )
        let file = IssuedFile(
            file: BackupFile(position: 0, name: "a"),
            intranet: url,
            extranet: url,
            expiresAt: Timestamp(seconds: 1)
        )
        let texts = everyText(of: url) + everyText(of: issued) + everyText(of: file) + everyText(of: [url, url])
        #expect(texts.filter { $0.contains("MARKED") } == [])
        #expect(url.text == text)
    }

    @Test func aSecretIsNeverPrinted() {
        let secret = Secret("MARKED")
        #expect(everyText(of: secret).filter { $0.contains("MARKED") } == [])
        #expect("\(secret)" == "•••")
        #expect(secret.reveal == "MARKED")
    }

    @Test func whatHoldsThemDoesNotPrintThemEither() {
        let url = SignedURL("https://h/a?MARKED")
        let holder = Holder(
            url: url,
            secret: Secret("MARKED"),
            maybe: url,
            list: [Secret("MARKED")],
            either: .success(url),
            table: ["a": url]
        )
        let texts = everyText(of: holder) + everyText(of: [holder]) + everyText(of: Optional(holder))
        #expect(texts.filter { $0.contains("MARKED") } == [])
    }

    @Test func urlsAreComparedByteForByte() {
        #expect(SignedURL("https://h/?a+b==") != SignedURL("https://h/?a%2Bb%3D%3D"))
        #expect(SignedURL("https://h/?a") == SignedURL("https://h/?a"))
        #expect(Array(SignedURL("https://h/?e\u{301}").text.utf8) == Array("https://h/?e\u{301}".utf8))
    }
}
