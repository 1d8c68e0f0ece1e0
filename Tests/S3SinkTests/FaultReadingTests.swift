import Crypto
import Synchronization
import Testing
import WherryCore
import WherryPluginKit
import WherryRestore
import WherryTestSupport
import WherryTransfer

@testable import S3Sink

/// Copies that are read back from servers with every fault that the house knows: the right bytes, or none.
@Suite(.timeLimit(.minutes(10)))
struct FaultReadingTests {
    /// A sink whose only object lies at a fault server.
    private struct FaultySink: Sink {
        let client: StoreClient
        func check() async throws -> [Finding] { [] }
        func deliver(_ backup: ResolvedBackup, using transfer: any Transfer) async throws -> Receipt {
            Receipt(outcome: .delivered, artifacts: [])
        }
        func read(
            _ artifact: Artifact,
            to receive: @escaping @Sendable ([UInt8]) async throws -> Void
        ) async throws { try await ObjectReading("dump.rdb", of: client).read(to: receive) }
    }

    /// Sends what is meant for a store to a fault server, which answers for a fresh link each time.
    private struct Detour: HTTPTransport {
        let http: any HTTPTransport
        let server: FaultServer

        func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse { try await http.send(request) }

        func receive(
            _ request: HTTPExchangeRequest,
            onHead: @escaping @Sendable (HTTPExchangeResponse) throws -> Void,
            to receive: @escaping @Sendable ([UInt8]) async throws -> Void
        ) async throws -> HTTPExchangeResponse {
            var request = request
            request.url = server.issue()
            request.headers.removeAll { $0.name == "host" }
            request.timeout = .seconds(2)
            return try await http.receive(request, onHead: onHead, to: receive)
        }
    }

    @Test(arguments: FaultCorpus.all)
    func givesTheRightBytesOrNone(behavior: FaultBehavior) async throws {
        let bytes = MemoryTransfer.random(1 << 20, seed: 5)
        let digest = try #require(SHA256Digest(bytes: SHA256.hash(data: bytes)))
        try await HTTPConnections.with { connections in
            try await FaultServer.with(behavior, object: FaultObject(bytes: bytes)) { server in
                var client = StoreClient(
                    address: StoreAddress(endpoint: "http://127.0.0.1:1", region: "r", bucket: "b", style: .path),
                    signer: SignatureV4(
                        credentials: SignatureV4.Credentials(accessKey: "a", secretKey: Secret("s")),
                        region: "r"
                    ),
                    http: Detour(http: HTTPClientTransport(connections), server: server),
                    clock: TestClock(),
                    random: { 0 }
                )
                client.tries = 3
                let reader = CopyReader(FaultySink(client: client), identity: nil, observer: NoTransferObserver())
                let artifact = Artifact(
                    position: 0,
                    location: "s3://b/dump.rdb",
                    size: ByteCount(Int64(bytes.count)),
                    sha256: digest
                )
                let gathered = Gathered()
                do {
                    let facts = try await reader.read(artifact, named: "dump.rdb") { gathered.add($0) }
                    let isSame = gathered.bytes == bytes
                    #expect(isSame)
                    #expect(facts.sha256 == digest)
                } catch let failure as Failure {
                    #expect(failure.failureClass != .internal && failure.failureClass != .cancelled, "\(failure)")
                    // A good server is never refused.
                    #expect(behavior.name != "plain", "\(failure)")
                }
            }
        }
    }
}
