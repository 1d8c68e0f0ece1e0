import Testing
import WherryCore
import WherryPluginWire

@Suite struct BlotterTests {
    @Test func blotsOutWhatItWasGiven() {
        let url = SignedURL("https://h/f.rdb?a=1&signature=0123456789abcdef0123")
        let blotter = Blotter(secrets: [Secret("p@ss/word"), Secret("")], urls: [url])
        #expect(blotter.clean("the p@ss/word is wrong") == "the ••• is wrong")
        #expect(blotter.clean("see p%40ss%2Fword and p%40ss%2fword") == "see ••• and •••")
        #expect(blotter.clean("got \(url.text) here") == "got ••• here")
        #expect(blotter.clean("key 0123456789abcdef0123!") == "key •••!")
        #expect(blotter.isStained("x p@ss/word"))
        #expect(!blotter.isStained("nothing"))
    }

    @Test func leavesOneShortHarmlessLine() {
        let blotter = Blotter()
        #expect(blotter.clean("a\u{1B}[31m\nb\u{202E}c ") == "a [31m b\u{FFFD}c")
        #expect(blotter.clean("GET https://x/y?token=abc failed") == "GET https://x/y?… failed")
        #expect(blotter.clean("at ftp://user:pw@host/x now") == "at ftp://… now")
        #expect(blotter.clean(String(repeating: "x", count: 900), limit: 10) == "xxxxxxxxx…")
    }
}
