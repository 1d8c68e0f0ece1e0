import QCloudAPI
import Testing

@Suite struct CRSRequestTests {
    static let credentials = CRSCredentials(secretId: DocumentedKey.id, secretKey: DocumentedKey.secret)
    static let valid: FormParameters = [
        "Action": "describeRedis", "Region": "gz", "Timestamp": "1465185768", "Nonce": "9223372036854775807",
        "SecretId": "AKID", "Signature": "c2ln", "RequestClient": "SDK_PYTHON_2.0.15", "limit": "20",
    ]

    @Test func signsTheDocumentedCall() {
        let form = CRSRequest.signed(
            action: "describeInstances",
            parameters: ["instanceIds.0": "ins-09dx96dg", "limit": "20", "offset": "0"],
            credentials: Self.credentials,
            region: "gz",
            host: "cvm.api.qcloud.com",
            verb: .get,
            timestamp: 1_465_185_768,
            nonce: 11886,
            signatureMethod: .hmacSHA1
        )
        #expect(form["Signature"] == "NSI3UqqD99b/UJb4tbG/xZpRW64=")
        #expect(form["SignatureMethod"] == nil)
        #expect(form.encoded().hasSuffix("&Signature=NSI3UqqD99b%2FUJb4tbG%2FxZpRW64%3D"))
    }

    @Test(arguments: CRSVerb.allCases, CRSSignature.Method.allCases)
    func acceptsWhatItSigned(verb: CRSVerb, method: CRSSignature.Method) throws {
        let form = CRSRequest.signed(
            action: "getRedisBackupList",
            parameters: ["redisName": "购物 车", "a_b": "@x", "empty": "", "aXb": "2", "RequestClient": "Wherry"],
            credentials: CRSCredentials(secretId: "AKID", secretKey: "k", token: "t/o+k=="),
            region: nil,
            host: "127.0.0.1:18443",
            verb: verb,
            timestamp: 1_700_000_000,
            nonce: .max,
            signatureMethod: method
        )
        let call = try CRSRequest(parameters: FormParameters(decoding: form.encoded()))
        #expect(call.action == "GetRedisBackupList")
        #expect(call.region == nil)
        #expect(call.timestamp == 1_700_000_000)
        #expect(call.nonce == .max)
        #expect(call.secretId == "AKID")
        #expect(call.signatureMethod == method)
        #expect(call.token == "t/o+k==")
        #expect(call.parameters == form)
        #expect(call.isSigned(with: "k", verb: verb, host: "127.0.0.1:18443"))
        #expect(!call.isSigned(with: "k", verb: verb, host: "127.0.0.1"))
        #expect(!call.isSigned(with: "K", verb: verb, host: "127.0.0.1:18443"))
    }

    @Test func keepsUnknownParameters() throws {
        let call = try CRSRequest(parameters: Self.valid)
        #expect(call.action == "DescribeRedis")
        #expect(call.nonce == UInt64(Int64.max))
        #expect(call.signatureMethod == .hmacSHA1)
        #expect(call.parameters["RequestClient"] == "SDK_PYTHON_2.0.15")
    }

    @Test func dropsCommonParametersOfTheCaller() {
        let form = CRSRequest.signed(
            action: "A",
            parameters: ["Nonce": "1", "Signature": "x", "limit": "1"],
            credentials: Self.credentials,
            region: nil,
            host: "h",
            verb: .get,
            timestamp: 1,
            nonce: 2
        )
        #expect(form.count(of: "Nonce") == 1)
        #expect(form.count(of: "Signature") == 1)
        #expect(form["limit"] == "1")
    }

    @Test(arguments: ["Action", "Timestamp", "Nonce", "SecretId", "Signature"], [nil, ""])
    func refusesMissingCommonParameter(name: String, value: String?) {
        expectRefusal(replacing: name, with: value)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let name: String
        let value: String
        var testDescription: String { "\(name)=\(value)" }
    }

    @Test(arguments: [
        Malformed(name: "Timestamp", value: "-1"), Malformed(name: "Timestamp", value: "+1"),
        Malformed(name: "Timestamp", value: "1.5"), Malformed(name: "Timestamp", value: "9223372036854775808"),
        Malformed(name: "Timestamp", value: "١٢"), Malformed(name: "Nonce", value: "abc"),
        Malformed(name: "Nonce", value: "18446744073709551616"), Malformed(name: "Nonce", value: " 1"),
        Malformed(name: "Action", value: "../x"), Malformed(name: "Action", value: "备份"),
    ])
    func refusesMalformedCommonParameter(malformed: Malformed) {
        expectRefusal(replacing: malformed.name, with: malformed.value)
    }

    @Test(arguments: ["Action", "SecretId", "Signature", "Nonce", "Timestamp", "Token", "SignatureMethod", "Region"])
    func refusesRepeatedCommonParameter(name: String) {
        var form = Self.valid
        form.append(name, form[name] ?? "1")
        form.append(name, "2")
        #expect(throws: CRSError.self) { try CRSRequest(parameters: form) }
    }

    @Test func printsNoSecrets() throws {
        let credentials = CRSCredentials(secretId: "AKID", secretKey: "hush", token: "hush")
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!"\(credentials) \(String(reflecting: credentials)) \(dumped)".contains("hush"))
        var form = Self.valid
        form.append("Token", "hush")
        let call = try CRSRequest(parameters: form)
        #expect(!"\(call) \(String(reflecting: call))".contains("hush"))
    }

    private func expectRefusal(replacing name: String, with value: String?) {
        var form = FormParameters(Self.valid.fields.filter { $0.name != name })
        form.append(name, value)
        let error = #expect(throws: CRSError.self) { try CRSRequest(parameters: form) }
        #expect(error?.code == 4000)
        #expect(error?.message.contains(name) == true)
    }
}
