import QCloudAPI
import Testing

@Suite struct V3ValueTests {
    @Test func roundTripsJSON() throws {
        let object: V3Object = [
            "A": .text("购\"\\\n/\u{1}"), "B": .integer(-20), "C": .number(0.5), "D": .flag(true), "E": .null,
            "F": .array([.integer(1), .text(""), .array([.flag(false)]), .object([:]), .null]),
            "G": .object(["Z": .array([])]),
        ]
        let text = #"{"A":"购\"\\\n/\u0001","B":-20,"C":0.5,"D":true,"E":null,"F":[1,"",[false],{},null],"G":{"Z":[]}}"#
        #expect(String(decoding: object.json(), as: UTF8.self) == text)
        #expect(try V3Object(json: object.json()) == object)
    }

    @Test func writesWholeNumbersWithoutFraction() {
        let object: V3Object = ["a": .number(1024), "b": .number(.infinity), "c": .number(1e300)]
        #expect(String(decoding: object.json(), as: UTF8.self) == #"{"a":1024,"b":null,"c":1e+300}"#)
    }

    @Test(arguments: ["", "{", "[]", "1", "null", #""a""#, #"{"a":}"#, #"{"a":1}x"#, "\u{0}"])
    func refusesWhatIsNoObject(text: String) {
        let error = #expect(throws: V3Error.self) { try V3Object(json: Array(text.utf8)) }
        #expect(error?.code == .invalidParameter)
    }

    @Test func flattensLikeTheSDK() throws {
        let object: V3Object = [
            "Filters": .array([.object(["Name": .text("a"), "Values": .array([.text("x"), .integer(2)])])]),
            "None": .null, "Empty": .array([]), "Text": .text(""),
        ]
        let form: FormParameters = [
            "Filters.0.Name": "a", "Filters.0.Values.0": "x", "Filters.0.Values.1": "2", "Text": "",
        ]
        #expect(object.flattened() == form)
        let read = try V3Object(unflattening: form)
        let filter: V3Object = ["Name": .untyped("a"), "Values": .array([.untyped("x"), .untyped("2")])]
        #expect(read == ["Filters": .array([.object(filter)]), "Text": .untyped("")])
    }

    @Test func ordersArraysByNumber() throws {
        let form: FormParameters = ["a.10": "c", "a.2": "b", "a.0": "a", "b.x": "1", "b.0": "2"]
        let object = try V3Object(unflattening: form)
        #expect(object["a"] == .array([.untyped("a"), .untyped("b"), .untyped("c")]))
        #expect(object["b"] == .object(["x": .untyped("1"), "0": .untyped("2")]))
    }

    @Test(arguments: [
        ["a": "1", "a": "2"] as FormParameters, ["a.0": "1", "a.0": "2"], ["a": "1", "a.0": "2"],
        ["a.0": "1", "a": "2"],
        ["a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q": "1"],
    ])
    func refusesContradictingNames(form: FormParameters) {
        let error = #expect(throws: V3Error.self) { try V3Object(unflattening: form) }
        #expect(error?.code == .invalidParameter)
    }

    @Test func readsMultipart() throws {
        let body = """
            --b\r\nContent-Disposition: form-data; name="InstanceId"\r\n\r\ncrs-1\r\n--b\r
            Content-Disposition: form-data; name="LimitIp"\r\nContent-Type: application/json\r\n\r\n["10.0.0.1"]\r\n--b\r
            content-disposition: form-data; name="Remark"; filename="Remark"\r\n\r\n\r\n--x\r\n\r\n--b--\r\n
            """
        let object = try multipart(body, boundary: "b")
        #expect(
            object == [
                "InstanceId": .untyped("crs-1"), "LimitIp": .array([.text("10.0.0.1")]),
                "Remark": .untyped("\r\n--x\r\n"),
            ]
        )
        #expect(try multipart("", boundary: "b") == [:])
        #expect(try multipart("--a b\r\n\r\n\r\n\r\n--a b--", boundary: "\"a b\"", named: false) == nil)
    }

    @Test(arguments: [
        "x", "--b", "--b\r\n", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
        "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
        "--b\r\nnonsense\r\n\r\nx\r\n--b--", "--b\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: application/json\r\n\r\n{\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b--",
    ])
    func refusesMalformedMultipart(body: String) {
        let error = #expect(throws: V3Error.self) { try multipart(body, boundary: "b") }
        #expect(error?.code == .invalidParameter)
    }

    @Test func printsNoValues() {
        let object: V3Object = ["Token": .text("hush"), "List": .array([.text("hush")])]
        var dumped = ""
        dump(object, to: &dumped)
        dump(V3Value.object(object), to: &dumped)
        #expect(!"\(object) \(V3Value.text("hush")) \(String(reflecting: object)) \(dumped)".contains("hush"))
    }

    private func multipart(_ body: String, boundary: String) throws -> V3Object? {
        try multipart(body, boundary: boundary, named: true)
    }

    /// Reads a body through a call, as nothing else reads multipart; nil when `named` is false and it failed.
    private func multipart(_ body: String, boundary: String, named: Bool) throws -> V3Object? {
        let authorization = TC3Authorization(
            secretID: "AKID",
            scope: TC3Scope(timestamp: 1),
            signedHeaders: ["content-type", "host"],
            signature: "ab"
        )
        let message = V3Message(verb: .post, headers: [], body: Array(body.utf8))
            .adding("Content-Type", "Multipart/Form-Data; Boundary=\(boundary)").adding("X-TC-Action", "A")
            .adding("X-TC-Version", "v").adding("X-TC-Timestamp", "1").adding("Authorization", authorization.header)
        let call = try V3Call(message)
        return named ? try call.parameters() : try? call.parameters()
    }
}
