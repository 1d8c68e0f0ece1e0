import QCloudAPI
import Testing

/// The key pair that the vendor's public documentation prints.
enum DocumentedKey {
    static let id = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA"
    static let secret = "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA"
}

@Suite struct CRSSignatureTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let parameters: FormParameters
        let method: CRSSignature.Method
        let text: String
        let signature: String
        var testDescription: String { signature }
    }

    static let vectors = [
        Vector(
            parameters: [
                "offset": "0", "Action": "DescribeInstances", "Nonce": "11886", "Region": "gz", "limit": "20",
                "SecretId": DocumentedKey.id, "Timestamp": "1465185768", "instanceIds.0": "ins-09dx96dg",
            ],
            method: .hmacSHA1,
            text: "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&Nonce=11886&Region=gz"
                + "&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&Timestamp=1465185768"
                + "&instanceIds.0=ins-09dx96dg&limit=20&offset=0",
            signature: "NSI3UqqD99b/UJb4tbG/xZpRW64="
        ),
        Vector(
            parameters: [
                "Action": "DescribeInstances", "InstanceIds.0": "ins-09dx96dg", "Nonce": "11886",
                "Region": "ap-guangzhou", "SecretId": DocumentedKey.id, "SignatureMethod": "HmacSHA256",
                "Timestamp": "1465185768",
            ],
            method: .hmacSHA256,
            text: "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg"
                + "&Nonce=11886&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA"
                + "&SignatureMethod=HmacSHA256&Timestamp=1465185768",
            signature: "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s="
        ),
    ]

    static let host = "cvm.api.qcloud.com"
    static let path = "/v2/index.php"

    @Test(arguments: vectors)
    func reproducesDocumentedVector(vector: Vector) {
        let text = CRSSignature.stringToSign(
            verb: .get,
            host: Self.host,
            path: Self.path,
            parameters: vector.parameters
        )
        #expect(text == vector.text)
        #expect(sign(vector.parameters, method: vector.method) == vector.signature)
        var sent = vector.parameters
        sent.append("Signature", vector.signature)
        #expect(verify(vector.signature, sent, method: vector.method))
    }

    @Test(arguments: [
        "", "NSI3UqqD99b/UJb4tbG/xZpRW74=", "NSI3UqqD99b/UJb4tbG/", "not base64!", "NSI3UqqD99b_UJb4tbG_xZpRW64=",
        "0EEm/HtGRr/VJXTAD9tYMth1Bzm3lLHz5RCDv1GdM8s=", "NSI3UqqD99b%2FUJb4tbG%2FxZpRW64%3D", "签名",
    ])
    func refusesWrongSignature(signature: String) {
        #expect(!verify(signature, Self.vectors[0].parameters, method: .hmacSHA1))
    }

    @Test func refusesChangedCall() {
        let vector = Self.vectors[0]
        var changed = vector.parameters
        changed.append("extra", "")
        #expect(!verify(vector.signature, changed, method: .hmacSHA1))
        #expect(!verify(vector.signature, vector.parameters, method: .hmacSHA256))
        #expect(!verify(vector.signature, vector.parameters, method: .hmacSHA1, verb: .post))
        #expect(!verify(vector.signature, vector.parameters, method: .hmacSHA1, host: "cvm.api.qcloud.com:443"))
        #expect(!verify(vector.signature, vector.parameters, method: .hmacSHA1, secretKey: "other"))
    }

    @Test func refusesEmptyKey() {
        let parameters: FormParameters = ["a": "1"]
        let signature = sign(parameters, method: .hmacSHA1, secretKey: "")
        #expect(!verify(signature, parameters, method: .hmacSHA1, secretKey: ""))
    }

    @Test(arguments: [nil, "", "HmacSHA1", "hmacsha256", "HMACSHA256", "HmacSHA256 "])
    func takesAnyOtherMethodAsSHA1(name: String?) {
        #expect(CRSSignature.Method(wireName: name) == .hmacSHA1)
    }

    @Test func readsMethodNames() {
        for method in CRSSignature.Method.allCases {
            #expect(CRSSignature.Method(wireName: method.wireName) == method)
        }
    }

    @Test func sortsByBytes() {
        let parameters: FormParameters = ["x.2": "b", "é": "e", "z": "z", "x.10": "a", "B": "B", "a": "", "A": "1"]
        #expect(text(parameters) == "A=1&B=B&a=&x.10=a&x.2=b&z=z&é=e")
    }

    @Test func keepsOrderOfRepeatedNames() {
        #expect(text(["n": "2", "m": "0", "n": "1"]) == "m=0&n=2&n=1")
    }

    @Test func leavesOutSignatureOnly() {
        #expect(text(["Signature": "s", "SignatureMethod": "m", "signature": "t"]) == "SignatureMethod=m&signature=t")
    }

    @Test func leavesOutAtValuesWithPostOnly() {
        let parameters: FormParameters = ["a": "@file", "b": "x@y", "c": "@"]
        #expect(text(parameters, verb: .post) == "b=x@y")
        #expect(text(parameters, verb: .get) == "a=@file&b=x@y&c=@")
    }

    @Test func signsRawUnicode() {
        #expect(text(["redisName": "购物 车+%41"]) == "redisName=购物 车+%41")
    }

    @Test func replacesUnderscoreInNamesOnly() {
        #expect(text(["a_b_c": "d_e"]) == "a.b.c=d_e")
    }

    @Test func acceptsBothOrdersOfUnderscoreReplacement() throws {
        // "a_b" sorts after "aXb" as it is and before it once it is "a.b".
        let parameters: FormParameters = ["a_b": "1", "aXb": "2"]
        let texts = CRSSignature.acceptedStringsToSign(verb: .get, host: "h", path: "/", parameters: parameters)
        #expect(texts == ["GETh/?a.b=1&aXb=2", "GETh/?aXb=2&a.b=1"])
        // Computed with: printf '%s' 'GETh/?aXb=2&a.b=1' | openssl dgst -sha1 -hmac k -binary | base64
        let other = "LxW7vR+JKKpYy23pCFjOYFtLZ+c="
        #expect(verify(other, parameters, method: .hmacSHA1, secretKey: "k", host: "h", path: "/"))
        #expect(
            verify(
                sign(parameters, method: .hmacSHA1, secretKey: "k", host: "h", path: "/"),
                parameters,
                method: .hmacSHA1,
                secretKey: "k",
                host: "h",
                path: "/"
            )
        )
    }

    @Test func computesOneTextWhenOrdersAgree() {
        let parameters: FormParameters = ["a_b": "1", "c": "2"]
        #expect(
            CRSSignature.acceptedStringsToSign(verb: .get, host: "h", path: "/", parameters: parameters).count == 1
        )
    }

    // MARK: - Shorthand

    private func text(_ parameters: FormParameters, verb: CRSVerb = .get) -> String {
        let whole = CRSSignature.stringToSign(verb: verb, host: "h", path: "/p", parameters: parameters)
        return String(whole.dropFirst("\(verb.rawValue)h/p?".count))
    }

    private func sign(
        _ parameters: FormParameters,
        method: CRSSignature.Method,
        secretKey: String = DocumentedKey.secret,
        host: String = host,
        path: String = path
    ) -> String {
        CRSSignature.sign(
            verb: .get,
            host: host,
            path: path,
            parameters: parameters,
            secretKey: secretKey,
            method: method
        )
    }

    private func verify(
        _ signature: String,
        _ parameters: FormParameters,
        method: CRSSignature.Method,
        verb: CRSVerb = .get,
        secretKey: String = DocumentedKey.secret,
        host: String = host,
        path: String = path
    ) -> Bool {
        CRSSignature.verify(
            signature,
            verb: verb,
            host: host,
            path: path,
            parameters: parameters,
            secretKey: secretKey,
            method: method
        )
    }
}
