import Foundation
import TestProcesses
import Testing
import WherryCore
import WherryTestSupport

@testable import S3Sink

@Suite
struct SignatureV4Tests {
    /// An example of the Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var payload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        var signature: String
    }

    static let examples = [
        Example(
            testDescription: "GET Object",
            path: "/test.txt",
            headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            testDescription: "PUT Object",
            method: "PUT",
            path: "/test%24file.text",
            headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
            payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            testDescription: "GET Bucket Lifecycle",
            query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            testDescription: "Get Bucket (List Objects)",
            query: [("prefix", "J"), ("max-keys", "2")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test(arguments: examples)
    func publishedExamples(example: Example) {
        let signer = SignatureV4(
            credentials: SignatureV4.Credentials(
                accessKey: "AKIAIOSFODNN7EXAMPLE",
                secretKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
            ),
            region: "us-east-1"
        )
        let request = SignatureV4.Request(
            method: example.method,
            path: example.path,
            query: example.query,
            headers: example.headers + [
                ("host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", example.payload),
                ("x-amz-date", "20130524T000000Z"),
            ],
            payload: example.payload
        )
        let header = signer.authorization(for: request, time: "20130524T000000Z")
        #expect(header.hasSuffix("Signature=\(example.signature)"))
        #expect(header.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"))
    }

    /// A test of the published suite aws-sig-v4-test-suite: those whose path needs no normalizing, which S3 does not do.
    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "GET"
        var path = "/"
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var signature: String
    }

    static let suite = [
        Vector(
            testDescription: "get-vanilla",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ),
        Vector(
            testDescription: "get-vanilla-query-order-key-case",
            query: [("Param2", "value2"), ("Param1", "value1")],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        ),
        Vector(
            testDescription: "get-unreserved",
            path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
        ),
        Vector(
            testDescription: "get-utf8",
            path: "/%E1%88%B4",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
        ),
        Vector(
            testDescription: "get-header-value-trim",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
        ),
        Vector(
            testDescription: "post-vanilla",
            method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        ),
    ]

    @Test(arguments: suite)
    func publishedSuite(vector: Vector) {
        var signer = SignatureV4(
            credentials: SignatureV4.Credentials(
                accessKey: "AKIDEXAMPLE",
                secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
            ),
            region: "us-east-1"
        )
        signer.service = "service"
        let request = SignatureV4.Request(
            method: vector.method,
            path: vector.path,
            query: vector.query,
            headers: vector.headers + [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
            payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        #expect(signer.authorization(for: request, time: "20150830T123600Z").hasSuffix("=\(vector.signature)"))
    }

    /// A request as scripts/s3-signatures prints it.
    private struct Signed: Decodable {
        var method: String
        var path: String
        var query: [[String]]
        var region: String
        var secretKey: String
        var time: String
        var payload: String
        var headers: [[String]]
        var authorization: String
    }

    @Test(.timeLimit(.minutes(2)))
    func agreesWithBotocore() async throws {
        try await Scratch.with { scratch in
            let root = URL(fileURLWithPath: Fixtures.folder).deletingLastPathComponent().deletingLastPathComponent()
            let output = scratch.file("signed")
            let status = try await offThePool {
                try ChildProcess(
                    ObjectStore.program("python3"),
                    [root.path + "/scripts/s3-signatures", "300", "\(UInt32.random(in: 0 ... .max))"],
                    output: output,
                    error: scratch.file("error")
                ).wait()
            }
            #expect(status == 0)
            let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 300)
            for line in lines {
                let signed = try JSONDecoder().decode(Signed.self, from: Data(line.utf8))
                let signer = SignatureV4(
                    credentials: SignatureV4.Credentials(accessKey: "AKIDEXAMPLE", secretKey: Secret(signed.secretKey)),
                    region: signed.region
                )
                let request = SignatureV4.Request(
                    method: signed.method,
                    path: signed.path,
                    query: signed.query.map { ($0[0], $0[1]) },
                    headers: signed.headers.map { ($0[0], $0[1]) },
                    payload: signed.payload
                )
                #expect(signer.authorization(for: request, time: signed.time) == signed.authorization)
            }
        }
    }
}
