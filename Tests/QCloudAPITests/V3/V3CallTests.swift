import QCloudAPI
import Testing

@Suite struct V3CallTests {
    static let now: Int64 = 1_700_000_000
    static let signers: [V3Signer] = {
        let schemes: [V3Signer.Scheme] = [.tc3, .form(.hmacSHA1), .form(.hmacSHA256)]
        return schemes.flatMap { scheme in
            CRSVerb.allCases.flatMap { verb in
                [nil, "t/o+k=="].map { token in
                    V3Signer(
                        credentials: CRSCredentials(secretId: "AKID", secretKey: "k", token: token),
                        host: "http://127.0.0.1:18081",
                        region: "ap-guangzhou",
                        scheme: scheme,
                        verb: verb,
                        language: "en-US",
                        signsAction: token == nil
                    )
                }
            }
        }
    }()

    static let request = V3DescribeBackupURL(
        instanceID: "crs-1",
        backupID: "@备 份+%41",
        limit: V3DownloadLimit(
            type: .customized,
            networks: [.init(region: "ap-guangzhou", vpcIDs: ["vpc-a", "vpc-b"])],
            addresses: ["10.0.0.1"]
        )
    )

    @Test(arguments: signers)
    func acceptsWhatTheSignerSigned(signer: V3Signer) throws {
        let message = signer.message(for: Self.request, timestamp: Self.now, nonce: .max)
        let call = try V3Call(message)
        #expect(call.action == "DescribeBackupUrl")
        #expect(call.version == "2018-04-12")
        #expect(call.region == "ap-guangzhou")
        #expect(call.language == "en-US")
        #expect(call.timestamp == Self.now)
        #expect(call.secretID == "AKID")
        #expect(call.token == signer.credentials.token)
        try call.authenticate(secretKey: "k", token: signer.credentials.token, now: Self.now + 300)
        #expect(try V3AnyRequest(call) == .describeBackupURL(Self.request))
        #expect(code { try call.authenticate(secretKey: "K", token: call.token, now: Self.now) } == .signatureFailure)
        #expect(code { try call.authenticate(secretKey: "", token: call.token, now: Self.now) } == .signatureFailure)
        #expect(code { try call.authenticate(secretKey: "k", token: "other", now: Self.now) } == .tokenFailure)
        let wrongToken = call.token == nil ? "t" : nil
        #expect(code { try call.authenticate(secretKey: "k", token: wrongToken, now: Self.now) } == .tokenFailure)
        for now in [Self.now + 301, Self.now - 301, .max, .min] {
            #expect(code { try call.authenticate(secretKey: "k", token: call.token, now: now) } == .signatureExpire)
        }
        #expect(!"\(message) \(call) \(String(reflecting: call))".contains("t/o"))
    }

    @Test(arguments: signers)
    func refusesAnotherHost(signer: V3Signer) throws {
        let message = signer.message(for: Self.request, timestamp: Self.now, nonce: 1)
        let call = try V3Call(message.replacing("Host", with: "127.0.0.1:18081"))
        #expect(code { try authenticate(call) } == .signatureFailure)
        let doubled = try V3Call(message.adding("Host", "127.0.0.1:18081"))
        #expect([.signatureFailure, .invalidAuthorization].contains(code { try authenticate(doubled) }))
    }

    @Test(arguments: signers)
    func refusesAChangedRequest(signer: V3Signer) throws {
        let message = signer.message(for: Self.request, timestamp: Self.now, nonce: 1)
        let changed = V3Message(
            verb: message.verb,
            path: message.path,
            query: message.query.isEmpty ? "" : message.query + "&Limit=1",
            headers: message.headers,
            body: message.body.isEmpty ? [] : message.body + Array("&a=".utf8)
        )
        #expect(code { try authenticate(try V3Call(changed)) } == .signatureFailure)
        let moved = V3Message(
            verb: message.verb,
            path: "/v2/index.php",
            query: message.query,
            headers: message.headers,
            body: message.body
        )
        #expect(code { try authenticate(try V3Call(moved)) } == .signatureFailure)
    }

    @Test func refusesAnotherActionWhenItIsSigned() throws {
        let message = Self.signers[2].message(for: Self.request, timestamp: Self.now, nonce: 1)
        let call = try V3Call(message.replacing("X-TC-Action", with: "DescribeInstances"))
        #expect(code { try authenticate(call) } == .signatureFailure)
    }

    @Test func refusesAnotherDateOrProduct() throws {
        var signer = Self.signers[2]
        signer.service = "cvm"
        let message = signer.message(for: Self.request, timestamp: Self.now, nonce: 1)
        #expect(code { try authenticate(try V3Call(message)) } == .signatureFailure)
        try V3Call(message).authenticate(secretKey: "k", now: Self.now, policy: V3AuthenticationPolicy(service: "cvm"))
        // The scope's date is the one of the timestamp, which the client cannot change apart from it.
        let dated = Self.signers[2].message(for: Self.request, timestamp: Self.now, nonce: 1)
        let header = try #require(dated.values(of: "Authorization").first)
        let other = header.replacing("2023-11-14", with: "2023-11-15")
        #expect(other != header)
        #expect(
            code { try authenticate(try V3Call(dated.replacing("Authorization", with: other))) } == .signatureFailure
        )
    }

    @Test func refusesAnotherVersionAfterTheSignature() throws {
        var signer = Self.signers[2]
        signer.version = "2017-03-12"
        let call = try V3Call(signer.message(for: Self.request, timestamp: Self.now, nonce: 1))
        #expect(code { try call.authenticate(secretKey: "K", now: Self.now) } == .signatureFailure)
        #expect(code { try authenticate(call) } == .noSuchVersion)
    }

    @Test(arguments: [
        ["application/json", "h", "DescribeInstances"], ["application/json", "h", "describeinstances"],
        ["Application/JSON; Charset=UTF-8", "H:80", "DescribeInstances"],
        ["application/json; charset=utf-8", "h:80", "describeinstances"],
        ["Application/JSON; Charset=UTF-8", "H:80", "describeinstances"],
    ])
    func acceptsEverySpellingThatASignerMayUse(signed: [String]) throws {
        let wire = [
            signed[0].hasPrefix("application/json; ") ? "Application/JSON; Charset=UTF-8" : signed[0],
            signed[1] == "h:80" ? "H:80" : signed[1], "DescribeInstances",
        ]
        let names = ["content-type", "host", "x-tc-action"]
        let scope = TC3Scope(timestamp: Self.now)
        let text = TC3Signature.stringToSign(
            timestamp: Self.now,
            scope: scope,
            canonicalRequest: TC3Signature.canonicalRequest(
                verb: .post,
                path: "/",
                query: "",
                headers: zip(names, signed).map { V3Message.Header(name: $0, value: $1) },
                payload: Array("{}".utf8)
            )
        )
        let authorization = TC3Authorization(
            secretID: "AKID",
            scope: scope,
            signedHeaders: names,
            signature: TC3Signature.sign(text, scope: scope, secretKey: "k")
        )
        let headers = zip(["Content-Type", "HOST", "X-TC-Action"], wire).map {
            V3Message.Header(name: $0, value: " \($1) ")
        }
        let message = V3Message(verb: .post, headers: headers, body: Array("{}".utf8))
            .adding("X-TC-Version", "2018-04-12").adding("X-TC-Timestamp", "\(Self.now)")
            .adding("Authorization", authorization.header)
        try authenticate(try V3Call(message))
    }

    @Test func takesAnUnsignedPayloadWhenAllowed() throws {
        let scope = TC3Scope(timestamp: Self.now)
        let signed = [
            V3Message.Header(name: "content-type", value: "application/json"), .init(name: "host", value: "h"),
        ]
        let text = TC3Signature.stringToSign(
            timestamp: Self.now,
            scope: scope,
            canonicalRequest: TC3Signature.canonicalRequest(
                verb: .post,
                path: "/",
                query: "",
                headers: signed,
                payload: Array(TC3Signature.unsignedPayload.utf8)
            )
        )
        let authorization = TC3Authorization(
            secretID: "AKID",
            scope: scope,
            signedHeaders: ["content-type", "host"],
            signature: TC3Signature.sign(text, scope: scope, secretKey: "k")
        )
        let message = V3Message(verb: .post, headers: signed, body: Array("{}".utf8))
            .adding("X-TC-Action", "DescribeInstances").adding("X-TC-Version", "2018-04-12")
            .adding("X-TC-Timestamp", "\(Self.now)").adding("Authorization", authorization.header)
        let call = try V3Call(message.adding("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD"))
        try authenticate(call)
        let strict = V3AuthenticationPolicy(allowsUnsignedPayload: false)
        #expect(code { try call.authenticate(secretKey: "k", now: Self.now, policy: strict) } == .signatureFailure)
        #expect(code { try authenticate(try V3Call(message)) } == .signatureFailure)
    }

    // MARK: - Form of a call

    struct Fault: Sendable, CustomTestStringConvertible {
        let header: String
        let value: String?
        let code: V3ErrorCode
        var testDescription: String { "\(header): \(value ?? "nil")" }
    }

    @Test(arguments: [
        Fault(header: "X-TC-Action", value: nil, code: .missingParameter),
        Fault(header: "X-TC-Action", value: "", code: .missingParameter),
        Fault(header: "X-TC-Action", value: "../x", code: .invalidAction),
        Fault(header: "X-TC-Version", value: nil, code: .missingParameter),
        Fault(header: "X-TC-Timestamp", value: nil, code: .missingParameter),
        Fault(header: "X-TC-Timestamp", value: "-1", code: .invalidParameter),
        Fault(header: "X-TC-Timestamp", value: "1e9", code: .invalidParameter),
        Fault(header: "Authorization", value: "SKIP", code: .invalidAuthorization),
        Fault(header: "Authorization", value: "", code: .invalidAuthorization),
        Fault(header: "Authorization", value: nil, code: .invalidAuthorization),
    ])
    func refusesMalformedHeader(fault: Fault) {
        let message = Self.signers[2].message(for: Self.request, timestamp: Self.now, nonce: 1)
        #expect(code { try V3Call(message.replacing(fault.header, with: fault.value)) } == fault.code)
    }

    @Test(arguments: ["X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region", "X-TC-Token", "Authorization"])
    func refusesRepeatedHeader(name: String) {
        let message = Self.signers[3].message(for: Self.request, timestamp: Self.now, nonce: 1).adding(name, "x")
        #expect(throws: V3Error.self) { try V3Call(message) }
    }

    @Test(arguments: ["Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"])
    func refusesMissingCommonParameter(name: String) {
        let message = Self.signers[4].message(for: Self.request, timestamp: Self.now, nonce: 1)
        let rest = message.query.split(separator: "&").filter { !$0.hasPrefix("\(name)=") }.joined(separator: "&")
        for query in [rest, "\(rest)&\(name)="] {
            let message = V3Message(verb: .get, query: query, headers: message.headers)
            let error = #expect(throws: V3Error.self) { try V3Call(message) }
            #expect(error?.code == .missingParameter)
            #expect(error?.message.contains(name) == true)
        }
        let twice = V3Message(verb: .get, query: "\(message.query)&\(name)=1", headers: message.headers)
        #expect(code { try V3Call(twice) } == .invalidParameter)
    }

    @Test(arguments: ["", "?", "%", "Action=DescribeInstances"])
    func refusesStrayGet(query: String) {
        #expect(throws: V3Error.self) { try V3Call(V3Message(verb: .get, query: query, headers: [])) }
    }

    @Test func refusesAnotherContentType() throws {
        var message = Self.signers[2].message(for: Self.request, timestamp: Self.now, nonce: 1)
        message = message.replacing("Content-Type", with: "text/plain")
        #expect(code { try V3Call(message).parameters() } == .unsupportedProtocol)
    }

    @Test func refusesAnUnknownAction() throws {
        let message = Self.signers[2].message(action: "dropEverything", parameters: [:], timestamp: Self.now, nonce: 1)
        let call = try V3Call(message)
        #expect(call.action == "DropEverything")
        #expect(code { try V3AnyRequest(call) } == .invalidAction)
    }

    // MARK: - Shorthand

    private func authenticate(_ call: V3Call) throws {
        try call.authenticate(secretKey: "k", token: call.token, now: Self.now)
    }

    private func code<Result>(_ body: () throws -> Result) -> V3ErrorCode? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? V3Error)?.code
        }
    }
}

extension V3Message {
    /// The same message with another value in a header, or without that header.
    func replacing(_ name: String, with value: String?) -> V3Message {
        var headers = headers.filter { $0.name.lowercased() != name.lowercased() }
        if let value { headers.append(Header(name: name, value: value)) }
        return V3Message(verb: verb, path: path, query: query, headers: headers, body: body)
    }

    /// The same message with one more header.
    func adding(_ name: String, _ value: String) -> V3Message {
        V3Message(
            verb: verb,
            path: path,
            query: query,
            headers: headers + [Header(name: name, value: value)],
            body: body
        )
    }
}
