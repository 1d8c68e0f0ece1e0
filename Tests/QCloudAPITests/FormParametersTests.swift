import QCloudAPI
import Testing

@Suite struct FormParametersTests {
    @Test func encodesLikeURLEncode() {
        let form: FormParameters = ["a b": "x y", "t": "a/b+c==", "u": "Az09-._~", "e": "", "zh": "备份", "@": "@f"]
        #expect(form.encoded() == "a+b=x+y&t=a%2Fb%2Bc%3D%3D&u=Az09-._~&e=&zh=%E5%A4%87%E4%BB%BD&%40=%40f")
    }

    @Test func decodesPlusAsSpace() throws {
        let form = try FormParameters(decoding: "beginTime=2017-02-08+16%3a46%3A34&x=a%2Bb")
        #expect(form["beginTime"] == "2017-02-08 16:46:34")
        #expect(form["x"] == "a+b")
    }

    @Test(arguments: ["", "备份 🚢", "a=b&c", "%25", "+", "@file", "\u{0}\n\"", "e\u{301}"])
    func roundTrips(value: String) throws {
        let form: FormParameters = ["first_name": value, value: "second", "first_name": "again"]
        #expect(try FormParameters(decoding: form.encoded()) == form)
    }

    @Test func decodesLeniently() throws {
        let form = try FormParameters(decoding: "&&flag&a==b&=nameless&raw=http://h/p?q&")
        #expect(form.fields.map(\.name) == ["flag", "a", "", "raw"])
        #expect(form.fields.map(\.value) == ["", "=b", "nameless", "http://h/p?q"])
        #expect(try FormParameters(decoding: "").fields.isEmpty)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let text: String
        let error: FormDecodingError
        var testDescription: String { text }
    }

    @Test(arguments: [
        Broken(text: "a=%", error: .brokenEscape(offset: 2)),
        Broken(text: "a=1&b=x%4", error: .brokenEscape(offset: 7)),
        Broken(text: "a=%zz", error: .brokenEscape(offset: 2)),
        Broken(text: "%g0=1", error: .brokenEscape(offset: 0)),
        Broken(text: "ok=1&a=%ff", error: .notUTF8(offset: 7)),
        Broken(text: "a=%E5%A4", error: .notUTF8(offset: 2)),
    ])
    func rejectsBrokenText(broken: Broken) {
        #expect(throws: broken.error) { try FormParameters(decoding: broken.text) }
    }

    @Test func flattensArrays() {
        var form = FormParameters()
        form.append("ids", list: ["a", "", "c"])
        #expect(form.fields.map(\.name) == ["ids.0", "ids.1", "ids.2"])
        #expect(form.list("ids") == ["a", "", "c"])
    }

    @Test func readsArraysByIndexAndNothingElse() {
        let form: FormParameters = [
            "ids.10": "k", "ids.2": "c", "ids.x": "no", "ids.": "no", "ids": "no", "ids2.0": "no", "ids.0": "a",
            "ids.99999999999999999999": "no",
        ]
        #expect(form.list("ids") == ["a", "c", "k"])
        #expect(form.list("other").isEmpty)
    }

    @Test func looksUpByBytes() {
        let form: FormParameters = ["\u{212A}": "kelvin", "a": "1", "a": "2"]
        #expect(form["K"] == nil)
        #expect(form["a"] == "1")
        #expect(form.count(of: "a") == 2)
        #expect(FormParameters.Field(name: "é", value: "") != FormParameters.Field(name: "e\u{301}", value: ""))
    }

    @Test func skipsNil() {
        var form = FormParameters()
        form.append("text", nil as String?)
        form.append("number", nil as Int?)
        form.append("nonce", UInt64.max)
        #expect(form == ["nonce": "18446744073709551615"])
    }

    @Test func printsNoValues() {
        let form: FormParameters = ["Token": "hush", "Signature": "hush"]
        #expect(!"\(form)".contains("hush"))
        #expect(!String(reflecting: form).contains("hush"))
    }
}
