import Foundation
import QCloudAPI
import Testing
import WherryCore
import WherryTestSupport

/// Calls API 3.0 of a provider in this process, with whatever is to be odd about the call.
struct V3Caller {
    let provider: Provider
    var secretID = Provider.secretID
    var secretKey = Provider.secretKey
    var scheme = V3Signer.Scheme.tc3
    var verb = CRSVerb.post
    var skew: Int64 = 0
    var nonce: UInt64?

    /// The answer to an action.
    func call<Request: V3ActionRequest>(_ request: Request) async throws -> V3Answer<Request.Response> {
        let reply = try await send(message(type(of: request).action, request.parameters))
        #expect(reply.status == 200)
        #expect(reply.header("content-type") == "application/json")
        return try V3Answer(decoding: reply.body)
    }

    /// The code of an answer: `0`, or the error's.
    func code(_ action: String, _ parameters: V3Object = [:]) async throws -> String {
        try await code(message(action, parameters))
    }

    /// The code of the answer to a request as it is.
    func code(_ message: V3Message) async throws -> String {
        let reply = try await send(message)
        #expect(reply.status == 200)
        do {
            let answer = try V3Answer<V3EmptyResponse>(decoding: reply.body)
            #expect(answer.requestID == reply.header("x-wherry-request-id"))
            return "0"
        } catch let error as V3Error {
            #expect(error.requestID == reply.header("x-wherry-request-id"))
            return error.code.rawValue
        }
    }

    /// A signed request.
    func message(_ action: String, _ parameters: V3Object) -> V3Message {
        let signer = V3Signer(
            credentials: CRSCredentials(secretId: secretID, secretKey: secretKey),
            host: "127.0.0.1:\(provider.port)",
            region: "ap-guangzhou",
            scheme: scheme,
            verb: verb
        )
        return signer.message(
            action: action,
            parameters: parameters,
            timestamp: provider.clock.now.seconds + skew,
            nonce: nonce ?? .random(in: 1...(.max / 2))
        )
    }

    /// The answer to a request as it is.
    func send(_ message: V3Message) async throws -> HTTPProbe.Reply {
        try await HTTPProbe.send(
            message.verb.rawValue,
            provider.endpoint + message.path + (message.query.isEmpty ? "" : "?" + message.query),
            headers: message.headers.filter { $0.name != "Host" }.map { ($0.name, $0.value) },
            body: message.body
        )
    }
}
