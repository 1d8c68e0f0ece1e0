import TestProcesses
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport
import WherryTransfer

@testable import S3Sink

/// A bucket of a test's own, and sinks for it.
struct StoreHome: Sendable {
    let store: ObjectStore
    let bucket: String
    let connections: HTTPConnections
    let notes = MemoryNotes()
    let clock = TestClock()

    /// The transport that nothing is wrong with.
    var http: any HTTPTransport { HTTPClientTransport(connections) }

    /// Makes a bucket in the suite's store.
    static func with(lock: Bool = false, _ body: (StoreHome) async throws -> Void) async throws {
        let store = try #require(StoreTrait.current)
        let bucket = "t-\(UInt32.random(in: 0 ... .max))"
        try await HTTPConnections.with { connections in
            let home = StoreHome(store: store, bucket: bucket, connections: connections)
            let headers = lock ? [(name: "x-amz-bucket-object-lock-enabled", value: "true")] : []
            _ = try await home.client().repeating(StoreCall(method: "PUT", headers: headers, doing: "making it"))
            try await body(home)
        }
    }

    /// A sink with small parts, below the prefix `p`.
    func sink(
        _ options: [String: OptionValues.Value] = [:],
        http: (any HTTPTransport)? = nil,
        notes: (any PluginNotes)? = nil
    ) async throws -> S3Sink {
        let values: [String: OptionValues.Value] = [
            "bucket": .text(bucket), "endpoint": .text(store.endpoint), "prefix": .text("p"),
            "access_key": .secret(Secret(ObjectStore.accessKey)), "secret_key": .secret(Secret(ObjectStore.secretKey)),
            "part_size": .integer(5),
        ]
        var context = PluginContext.forTests(Scratch.none, clock: clock)
        context.http = http ?? self.http
        context.notes = notes ?? self.notes
        let sink = try await S3SinkPlugin.makeSink(OptionValues(values.merging(options) { $1 }), context: context)
        return try #require(sink as? S3Sink)
    }

    /// A client that asks for what no sink asks for.
    func client() async throws -> StoreClient { try await sink().desk.client }

    /// The bytes of an object; nil when there is none.
    func read(_ location: String) async throws -> [UInt8]? {
        let client = try await client()
        let key = try #require(client.address.key(of: location))
        do {
            var call = StoreCall(method: "GET", key: key, doing: "reading it")
            (call.timeout, call.maximumBytes) = (.seconds(120), 64 << 20)
            return try await client.repeating(call).body
        } catch let failure as Failure where failure.code == "s3.no-object" {
            return nil
        }
    }

    /// The keys of all objects.
    func keys() async throws -> [String] {
        let call = StoreCall(method: "GET", query: [("list-type", "2")], doing: "listing")
        let answer = try await client().repeating(call)
        return try #require(StoreXML.read(answer.body)).all("Contents").compactMap { $0.value("Key") }
    }

    /// How many uploads are unfinished.
    func unfinished() async throws -> Int { try await client().uploads(under: "").count }
}
