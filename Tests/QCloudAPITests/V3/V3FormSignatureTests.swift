import QCloudAPI
import Testing

@Suite struct V3FormSignatureTests {
    static let documented: FormParameters = [
        "Action": "DescribeInstances", "InstanceIds.0": "ins-09dx96dg", "Limit": "20", "Nonce": "11886",
        "Offset": "0", "Region": "ap-guangzhou", "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Timestamp": "1465185768", "Version": "2017-03-12",
    ]

    @Test func reproducesDocumentedVector() {
        let signature = V3FormSignature.sign(
            verb: .get,
            host: "cvm.tencentcloudapi.com",
            parameters: Self.documented,
            secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            method: .hmacSHA1
        )
        #expect(signature == "EliP9YW3pW28FpsEdkXt/+WcGeI=")
    }

    @Test(arguments: CRSVerb.allCases)
    func signsValuesThatStartWithAt(verb: CRSVerb) {
        let texts = V3FormSignature.stringsToSign(
            verb: verb,
            host: "h",
            path: "/",
            parameters: ["b_c": "@file", "a": "", "Signature": "s"]
        )
        #expect(texts == ["\(verb.rawValue)h/?a=&b.c=@file"])
    }

    @Test func acceptsBothOrdersOfUnderscoreReplacement() {
        let texts = V3FormSignature.stringsToSign(
            verb: .post,
            host: "h",
            path: "/",
            parameters: ["a_b": "1", "aXb": "2"]
        )
        #expect(texts == ["POSTh/?a.b=1&aXb=2", "POSTh/?aXb=2&a.b=1"])
    }

    @Test(arguments: CRSVerb.allCases, CRSSignature.Method.allCases)
    func verifiesWhatItSigns(verb: CRSVerb, method: CRSSignature.Method) {
        func sign(_ key: String) -> String {
            V3FormSignature.sign(
                verb: verb,
                host: "h",
                parameters: Self.documented,
                secretKey: key,
                method: method
            )
        }
        func verify(_ signature: String, key: String = "k", host: String = "h", verb: CRSVerb) -> Bool {
            V3FormSignature.verify(
                signature,
                verb: verb,
                host: host,
                parameters: Self.documented,
                secretKey: key,
                method: method
            )
        }
        #expect(verify(sign("k"), verb: verb))
        #expect(!verify(sign("k"), verb: verb == .get ? .post : .get))
        #expect(!verify(sign("k"), host: "other", verb: verb))
        #expect(!verify(sign("other"), verb: verb))
        #expect(!verify(sign(""), key: "", verb: verb))
        #expect(!verify("no base64!", verb: verb))
    }
}
