import QCloudAPI
import Testing

@Suite struct TC3SignatureTests {
    /// The body of the vendor's documented example, with its backslashes.
    static let body = Array(
        #"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#.utf8
    )
    static let scope = TC3Scope(timestamp: 1_551_113_065, service: "cvm")

    static let headers = [
        V3Message.Header(name: "content-type", value: "application/json; charset=utf-8"),
        V3Message.Header(name: "host", value: "cvm.tencentcloudapi.com"),
    ]

    struct Vector: Sendable, CustomTestStringConvertible {
        let secretKey: String
        let signature: String
        var testDescription: String { signature }
    }

    static let vectors = [
        Vector(
            secretKey: "Gu5t9xGARNpq86cd98joQYCN3*******",
            signature: "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"
        ),
        Vector(
            secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            signature: "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        ),
    ]

    static var text: String {
        TC3Signature.stringToSign(
            timestamp: 1_551_113_065,
            scope: scope,
            canonicalRequest: TC3Signature.canonicalRequest(
                verb: .post,
                path: "/",
                query: "",
                headers: headers,
                payload: body
            )
        )
    }

    @Test(arguments: vectors)
    func reproducesDocumentedVector(vector: Vector) {
        #expect(TC3Signature.sign(Self.text, scope: Self.scope, secretKey: vector.secretKey) == vector.signature)
        #expect(verify(vector.signature, secretKey: vector.secretKey))
        #expect(verify(vector.signature.uppercased(), secretKey: vector.secretKey))
    }

    /// The newer page signs the action too; its hash of the request was computed with Python's hashlib as well.
    @Test func reproducesDocumentedRequestWithAction() {
        let headers = Self.headers + [V3Message.Header(name: "X-TC-Action", value: "describeinstances")]
        let request = TC3Signature.canonicalRequest(
            verb: .post,
            path: "/",
            query: "",
            headers: headers,
            payload: Self.body
        )
        #expect(request.hasSuffix("\n35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"))
        let text = TC3Signature.stringToSign(timestamp: 1_551_113_065, scope: Self.scope, canonicalRequest: request)
        #expect(text.hasSuffix("\n7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84"))
    }

    @Test(arguments: [
        "", "2230eefd", "zz30eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c", "签名",
        "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652d",
        "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c00",
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    ])
    func refusesWrongSignature(signature: String) {
        #expect(!verify(signature, secretKey: Self.vectors[0].secretKey))
    }

    @Test func refusesEmptyKey() {
        #expect(!verify(TC3Signature.sign(Self.text, scope: Self.scope, secretKey: ""), secretKey: ""))
    }

    struct Day: Sendable, CustomTestStringConvertible {
        let timestamp: Int64
        let date: String
        var testDescription: String { date }
    }

    @Test(arguments: [
        Day(timestamp: 0, date: "1970-01-01"), Day(timestamp: 1_551_113_065, date: "2019-02-25"),
        Day(timestamp: 1_551_139_199, date: "2019-02-25"), Day(timestamp: 1_551_139_200, date: "2019-02-26"),
        Day(timestamp: 4_107_542_400, date: "2100-03-01"),
    ])
    func scopesByDateInUTC(day: Day) {
        #expect(TC3Scope(timestamp: day.timestamp).text == "\(day.date)/redis/tc3_request")
    }

    @Test func roundTripsAuthorization() throws {
        let authorization = TC3Authorization(
            secretID: "AKID",
            scope: Self.scope,
            signedHeaders: ["content-type", "host", "x-tc-action"],
            signature: "ab"
        )
        #expect(try TC3Authorization(header: authorization.header) == authorization)
        let spaced =
            "TC3-HMAC-SHA256  Signature=ab ,Credential=AKID/2019-02-25/cvm/tc3_request,"
            + "SignedHeaders=Content-Type;Host;X-TC-Action"
        #expect(try TC3Authorization(header: spaced) == authorization)
        #expect(!"\(authorization) \(String(reflecting: authorization))".contains("ab"))
    }

    @Test(arguments: [
        "", "SKIP", "TC3-HMAC-SHA256", "Basic dTpw", "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm, SignedHeaders=content-type;host, Signature=ab",
        "TC3-HMAC-SHA256 Credential=/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=ab",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/aws4_request, SignedHeaders=content-type;host, Signature=ab",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request, SignedHeaders=host, Signature=ab",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request, SignedHeaders=content-type, Signature=ab",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host;host, Signature=a",
        "TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=a, "
            + "Signature=b",
    ])
    func refusesMalformedAuthorization(header: String) {
        let error = #expect(throws: V3Error.self) { try TC3Authorization(header: header) }
        #expect(error?.code == .invalidAuthorization)
    }

    private func verify(_ signature: String, secretKey: String) -> Bool {
        TC3Signature.verify(signature, stringsToSign: ["other", Self.text], scope: Self.scope, secretKey: secretKey)
    }
}
