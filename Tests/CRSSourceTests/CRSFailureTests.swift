import QCloudAPI
import Synchronization
import Testing
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import CRSSource

/// Each documented code, mapped to the right class, with a message that names it, a remedy, and so an exit code.
@Suite
struct CRSFailureTests {
    static let classes: [(code: Int, failureClass: FailureClass)] = [
        (4000, .usage), (4100, .authentication), (4101, .authentication), (4102, .authentication),
        (4103, .authentication), (4104, .authentication), (4105, .authentication), (4106, .authentication),
        (4110, .authentication), (4200, .transient), (4300, .authentication), (4400, .transient), (4500, .transient),
        (4600, .configuration), (5000, .notFound), (5100, .transient), (5200, .internal), (5300, .internal),
        (5400, .internal), (5500, .internal), (6000, .transient), (6100, .unsupported), (6200, .transient),
        (10701, .notFound), (10702, .transient), (10707, .transient), (10710, .transient), (10711, .transient),
        (10712, .usage), (11201, .usage), (11213, .notFound), (11214, .usage),
    ]

    @Test func theTableIsComplete() {
        #expect(Set(Self.classes.map(\.code)) == Set(CRSErrorCode.allCases.map(\.rawValue)))
    }

    @Test(arguments: classes)
    func codeHasItsClass(_ example: (code: Int, failureClass: FailureClass)) async throws {
        let code = try #require(CRSErrorCode(rawValue: example.code))
        let transport = CannedTransport(body: CRSError(code).encoded())
        let failure = await #expect(throws: Failure.self) {
            _ = try await transport.source().issueURLs(for: "b-1", of: "crs-1")
        }
        #expect(failure?.failureClass == example.failureClass)
        #expect(failure?.message.contains(String(example.code)) == true)
        #expect(failure?.message.contains("crs-1/b-1") == true)
        #expect(failure?.remedy?.isEmpty == false)
        #expect(transport.observed.withLock { $0.map(\.code) } == [String(example.code)])
    }

    @Test func unknownCodeIsInternal() async throws {
        let transport = CannedTransport(body: Array(#"{"code":"99999","message":"?","codeDesc":"Odd"}"#.utf8))
        let failure = await #expect(throws: Failure.self) { _ = try await transport.source().check() }
        #expect(failure?.code == "crs.unknown")
        #expect(failure?.failureClass == .internal)
    }

    @Test func otherStatusAndOtherFormsAreTold() async throws {
        let busy = CannedTransport(status: 503, body: [])
        let first = await #expect(throws: Failure.self) { _ = try await busy.source().check() }
        #expect(first?.failureClass == .transient)
        let page = CannedTransport(body: Array("<html>".utf8))
        let second = await #expect(throws: Failure.self) { _ = try await page.source().check() }
        #expect(second?.code == "crs.unreadable")
    }

    @Test func sampleURLIsKeptByteForByte() async throws {
        let intranet = "http://10.66.183.31:5500/download/dump.rdb?NuRTyoDugir/5bQ3o46l+x/y+z=="
        let extranet = "http://203.0.113.7:9097/download/dump.rdb?NuRTyoDugir/5bQ3o46l+x/y+z=="
        let data = #"{"intranet":"\#(intranet)","extranet":"\#(extranet)"}"#
        let body = #"{"code":0,"message":null,"codeDesc":"Success","data":\#(data)}"#
        let files = try await CannedTransport(body: Array(body.utf8)).source().issueURLs(for: "b", of: "crs-1")
        #expect(files.map(\.intranet?.text) == [intranet])
        #expect(files.map(\.extranet?.text) == [extranet])
        #expect(files[0].expiresAt == Timestamp(seconds: 1_000_000 + 12 * 3_600))
    }

    @Test func listsPageByPage() async throws {
        let page = #"{"code":"0","message":"","totalCount":"3","data":[{"redisSet":[]}]}"#
        let transport = CannedTransport(body: Array(page.utf8))
        let instances = try await transport.source().instances().reduce(into: [Instance]()) { $0.append($1) }
        #expect(instances.isEmpty)
        #expect(transport.observed.withLock { $0.count } == 1, "an empty page ends the list whatever the total says")
    }
}

/// Answers every request with the same bytes.
final class CannedTransport: HTTPTransport, APIObserver {
    let status: Int
    let body: [UInt8]
    let observed = Mutex<[APICall]>([])

    init(status: Int = 200, body: [UInt8]) {
        self.status = status
        self.body = body
    }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        HTTPExchangeResponse(status: status, body: body)
    }

    func observed(_ call: APICall) async { observed.withLock { $0.append(call) } }

    func source() async throws -> any Source {
        let options = OptionValues([
            "endpoint": .text("https://redis.api.example.com"), "region": .text("ap-guangzhou"),
            "secret_id": .secret(Secret("id")), "secret_key": .secret(Secret("key")),
        ])
        var context = PluginContext.forTests(Scratch.none, clock: FixedClock())
        context.http = self
        context.observer = self
        return try await CRSSourcePlugin.makeSource(options, context: context)
    }
}

private struct FixedClock: WallClock {
    var now: Timestamp { Timestamp(seconds: 1_000_000) }
}
