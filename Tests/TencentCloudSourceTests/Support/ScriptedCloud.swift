import QCloudAPI
import Synchronization
import WherryCore
import WherryPluginKit
import WherryTestSupport

@testable import TencentCloudSource

/// A provider in memory: verifies every request's signature and parameters, and answers from a table.
final class ScriptedCloud: HTTPTransport, APIObserver, Inventory {
    /// One way to answer.
    enum Reply: Sendable {
        /// The members of `Response`, without the outer braces.
        case members(String)
        case error(String, String = "")
        case raw(status: Int, body: String, headers: [String: String] = [:])
    }

    /// A call that was let in.
    struct Seen: Sendable {
        var action: String
        var region: String?
        var token: String?
        var language: String?
        var parameters: V3Object
        var signedHeaders: [String]
    }

    private struct Log {
        var calls: [Seen] = []
        var requests: [HTTPExchangeRequest] = []
        var apiCalls: [APICall] = []
    }

    typealias Script = @Sendable (V3Object, _ call: Int) -> Reply

    static let secretID = "AKIDcanaryOfAnIdentifierThatIsLong12"
    static let secretKey = "CanaryOfASecretKeyThatIsLong3456"
    static let now = Timestamp(seconds: 1_700_000_000)
    static let requestID = "ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"

    let host: String
    let token: String?
    /// The provider's clock.
    let now: Timestamp
    /// Its `Date` header.
    let date: String?
    /// The instances that the catalog is to have.
    let known: [Instance]
    private let log = Mutex(Log())
    private let scripts: [String: Script]

    init(
        _ scripts: [String: Script],
        host: String = "redis.tencentcloudapi.com",
        token: String? = nil,
        now: Timestamp = ScriptedCloud.now,
        date: String? = nil,
        known: [Instance] = []
    ) {
        (self.scripts, self.host, self.token, self.now, self.date) = (scripts, host, token, now, date)
        self.known = known
    }

    /// A provider that answers one action always the same.
    convenience init(_ action: String, _ reply: Reply) {
        self.init([action: { _, _ in reply }])
    }

    /// The calls that were let in.
    var calls: [Seen] { log.withLock { $0.calls } }
    /// All that came, good or bad.
    var requests: [HTTPExchangeRequest] { log.withLock { $0.requests } }
    /// What the catalog was told.
    var apiCalls: [APICall] { log.withLock { $0.apiCalls } }

    /// The source under test, with this as its world.
    func source(
        _ changes: [String: OptionValues.Value] = [:],
        http: (any HTTPTransport)? = nil
    ) async throws -> TencentCloudSource {
        var options: [String: OptionValues.Value] = [
            "region": .text("ap-guangzhou"), "secret_id": .secret(Secret(Self.secretID)),
            "secret_key": .secret(Secret(Self.secretKey)),
        ]
        options["token"] = token.map { .secret(Secret($0)) }
        options.merge(changes) { _, new in new }
        var context = PluginContext.forTests(Scratch.none, clock: FixedClock())
        (context.http, context.observer, context.inventory) = (http ?? self, self, self)
        return TencentCloudSource(options: try TencentCloudOptions(OptionValues(options)), context: context)
    }

    func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        log.withLock { $0.requests.append(request) }
        var headers: [(name: String, value: String)] = [("Content-Type", V3Wire.answerContentType)]
        if let date { headers.append(("Date", date)) }
        do {
            switch try answer(to: request) {
            case .members(let members):
                let body = #"{"Response":{\#(members)\#(members.isEmpty ? "" : ",")"RequestId":"\#(Self.requestID)"}}"#
                return HTTPExchangeResponse(status: 200, headers: headers, body: Array(body.utf8))
            case .error(let code, let message):
                throw V3Error(V3ErrorCode(rawValue: code), message)
            case .raw(let status, let body, let more):
                headers += more.map { ($0.key, $0.value) }
                return HTTPExchangeResponse(status: status, headers: headers, body: Array(body.utf8))
            }
        } catch let error as V3Error {
            return HTTPExchangeResponse(status: 200, headers: headers, body: error.encoded(requestID: Self.requestID))
        }
    }

    func observed(_ call: APICall) async { log.withLock { $0.apiCalls.append(call) } }

    // MARK: - The provider's side

    private func answer(to request: HTTPExchangeRequest) throws -> Reply {
        let message = try received(request)
        let call = try V3Call(message)
        guard call.secretID == Self.secretID else { throw V3Error(.secretIDNotFound) }
        let policy = V3AuthenticationPolicy(allowsUnsignedPayload: false)
        try call.authenticate(secretKey: Self.secretKey, token: token, now: now.seconds, policy: policy)
        guard case .tc3(let authorization) = call.scheme else { throw V3Error(.invalidAuthorization) }
        let parameters = try call.parameters()
        try Self.validate(call.action, parameters)
        let seen = Seen(
            action: call.action,
            region: call.region,
            token: call.token,
            language: call.language,
            parameters: parameters,
            signedHeaders: authorization.signedHeaders
        )
        let number = log.withLock { log in
            log.calls.append(seen)
            return log.calls.count { $0.action == call.action } - 1
        }
        guard let script = scripts[call.action] else { throw V3Error(.invalidAction) }
        return script(parameters, number)
    }

    /// The request as it arrives: at this host, with the Host header that was signed.
    private func received(_ request: HTTPExchangeRequest) throws(V3Error) -> V3Message {
        let headers = request.headers.map { V3Message.Header(name: $0.name, value: $0.value) }
        guard ["https://\(host)/", "http://\(host)/"].contains(request.url), request.method == "POST",
            headers.filter({ $0.name.lowercased() == "host" }).map(\.value) == [host]
        else { throw V3Error(.unsupportedProtocol) }
        return V3Message(verb: .post, headers: headers, body: request.body)
    }

    /// The strict reader of the wire formats: unknown names, wrong types and values out of range are errors.
    private static func validate(_ action: String, _ parameters: V3Object) throws(V3Error) {
        switch action {
        case V3DescribeInstances.action: _ = try V3DescribeInstances(parameters: parameters)
        case V3DescribeInstanceBackups.action: _ = try V3DescribeInstanceBackups(parameters: parameters)
        case V3DescribeBackupURL.action: _ = try V3DescribeBackupURL(parameters: parameters)
        case V3ManualBackupInstance.action: _ = try V3ManualBackupInstance(parameters: parameters)
        case V3DescribeTaskInfo.action: _ = try V3DescribeTaskInfo(parameters: parameters)
        default: throw V3Error(.invalidAction)
        }
    }
}

// MARK: - Inventory

extension ScriptedCloud {
    func instances() async throws -> [Instance] { known }
    func instance(_ id: Instance.ID) async throws -> Instance? { known.first { $0.id == id } }
    func backups(of instance: Instance.ID) async throws -> [Backup] { [] }
    func backup(_ id: Backup.ID, of instance: Instance.ID) async throws -> Backup? { nil }
    func files(of backup: Backup.ID, instance: Instance.ID) async throws -> [BackupFile] { [] }
    func register(_ backup: Backup, of instance: Instance, files: [BackupFile]) async throws {}
}

/// Always the same moment, 2023-11-14T22:13:20Z.
private struct FixedClock: WallClock {
    var now: Timestamp { ScriptedCloud.now }
}
