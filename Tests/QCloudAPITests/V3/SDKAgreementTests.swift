import Foundation
import QCloudAPI
import Testing

/// Compares signatures with those of the vendor's own, unmodified Python SDKs (scripts/sdk-signatures).
@Suite struct SDKAgreementTests {
    static let count = 1000

    @Test(.timeLimit(.minutes(2)))
    func agreesWithTC3OfTheSDK() async throws {
        let cases = try await SDKCase.make("tc3", count: Self.count, seed: "wherry")
        #expect(cases.count == Self.count)
        let disagreements = try cases.compactMap { try disagreementOnTC3($0) }
        #expect(disagreements.isEmpty, "\(disagreements.first ?? "")")
        #expect(cases.contains { $0.isMultipart } && cases.contains { $0.isUnsigned })
    }

    @Test(.timeLimit(.minutes(2)))
    func agreesWithFormSignaturesOfTheSDK() async throws {
        let cases = try await SDKCase.make("form", count: Self.count, seed: "wherry")
        #expect(cases.count == Self.count)
        #expect(try cases.filter { try !agreesOnForm($0) }.map(\.flat) == [])
        #expect(Set(cases.map(\.scheme)) == ["HmacSHA1", "HmacSHA256"])
    }

    @Test(.timeLimit(.minutes(2)))
    func agreesWithTheSDKOfAPI2() async throws {
        let cases = try await SDKCase.make("v2", count: Self.count, seed: "wherry")
        #expect(cases.count == Self.count)
        #expect(try cases.filter { try !agreesOnAPI2($0) }.map(\.flat) == [])
    }

    // MARK: - One call

    /// What does not agree, or nil.
    private func disagreementOnTC3(_ item: SDKCase) throws -> String? {
        let message = try item.message
        let call = try V3Call(message)
        guard case .tc3(let authorization) = call.scheme else { return "scheme" }
        try call.authenticate(secretKey: item.secretKey, token: item.token, now: item.timestamp)
        guard refuses(call, item) else { return "a wrong key is taken" }
        // What a client of ours computes for the same bytes.
        var payload = message.verb == .get ? [] : message.body
        if item.isUnsigned { payload = Array(TC3Signature.unsignedPayload.utf8) }
        let text = TC3Signature.stringToSign(
            timestamp: item.timestamp,
            scope: TC3Scope(timestamp: item.timestamp),
            canonicalRequest: TC3Signature.canonicalRequest(
                verb: message.verb,
                path: message.path,
                query: message.query,
                headers: ["content-type", "host"].map { V3Message.Header(name: $0, value: message.values(of: $0)[0]) },
                payload: payload
            )
        )
        let signature = TC3Signature.sign(text, scope: authorization.scope, secretKey: item.secretKey)
        guard signature == authorization.signature else { return "signature" }
        guard agreesOnCommon(call, item) else { return "common parameters" }
        let found = try call.parameters()
        if message.verb == .get {
            // The query that a client of ours would write is the SDK's, byte for byte.
            return item.form.encoded() == message.query ? nil : "query: \(message.query)"
        }
        // The parts of a multipart body keep the order of the SDK, members read from JSON are sorted.
        let sorted = found.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        let agrees =
            item.isMultipart
            ? V3Object(sorted).flattened() == item.parameters.flattened() : found == item.parameters
        return agrees ? nil : "body: \(String(decoding: message.body, as: UTF8.self))"
    }

    private func agreesOnForm(_ item: SDKCase) throws -> Bool {
        let message = try item.message
        let call = try V3Call(message)
        guard case .form(let method, let signature, let nonce) = call.scheme, nonce > 0 else { return false }
        try call.authenticate(secretKey: item.secretKey, token: item.token, now: item.timestamp)
        guard refuses(call, item), agreesOnCommon(call, item), method.wireName == item.scheme else { return false }
        let form = try FormParameters(decoding: message.verb == .get ? Array(message.query.utf8) : message.body)
        guard item.form.fields.allSatisfy({ form[$0.name] == $0.value }) else { return false }
        let computed = V3FormSignature.sign(
            verb: message.verb,
            host: item.host,
            parameters: form,
            secretKey: item.secretKey,
            method: method
        )
        return computed == signature && (try? call.parameters()) != nil
    }

    private func agreesOnAPI2(_ item: SDKCase) throws -> Bool {
        let message = try item.message
        let form = try FormParameters(decoding: message.verb == .get ? Array(message.query.utf8) : message.body)
        let call = try CRSRequest(parameters: form)
        guard item.form.fields.allSatisfy({ form[$0.name] == $0.value }), call.signatureMethod.wireName == item.scheme,
            call.action.lowercased() == item.action.lowercased(), call.region == item.region, call.token == item.token
        else { return false }
        let computed = CRSSignature.sign(
            verb: message.verb,
            host: item.host,
            path: message.path,
            parameters: form,
            secretKey: item.secretKey,
            method: call.signatureMethod
        )
        return computed == call.signature
            && call.isSigned(with: item.secretKey, verb: message.verb, host: item.host, path: message.path)
            && !call.isSigned(with: item.secretKey + "x", verb: message.verb, host: item.host, path: message.path)
            && !call.isSigned(with: item.secretKey, verb: message.verb, host: item.host + "x", path: message.path)
    }

    private func agreesOnCommon(_ call: V3Call, _ item: SDKCase) -> Bool {
        call.action.lowercased() == item.action.lowercased() && call.region == item.region && call.token == item.token
            && call.language == item.language && call.timestamp == item.timestamp && call.secretID == item.secretID
    }

    private func refuses(_ call: V3Call, _ item: SDKCase) -> Bool {
        do {
            try call.authenticate(secretKey: item.secretKey + "x", token: item.token, now: item.timestamp)
            return false
        } catch {
            return error.code == .signatureFailure
        }
    }
}
