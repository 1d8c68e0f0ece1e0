import HTTPTypes
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import QCloudAPI
import WherryCatalog
import WherryCore
import WherryEngine
import WherryPluginKit

/// The HTTP server: API 2.0 and 3.0, hosted downloads and health.
package struct WherryServer: Sendable {
    /// The largest body of an API request, in bytes: four ids and a signature are short.
    private static let largestBody = 64 << 10

    private let crs: CRSService
    private let v3: V3Service
    private let counts: ConnectionCounts
    private let readiness: Readiness
    private let random: @Sendable () -> UInt64
    private let onAnswer: (@Sendable (AccessRecord) -> Void)?
    let backend: ServiceBackend

    /// A server for one source.
    ///
    /// - Parameters:
    ///   - limits: how many calls a second are answered to each key.
    ///   - connectionsPerClient: the most connections from one address, above 0.
    ///   - readiness: what `/readyz` tells, besides the catalog's state.
    ///   - onAnswer: told of every request when its answer's head is ready; nil costs nothing.
    package init(
        backend: ServiceBackend,
        keys: APIKeys,
        allowsPlainHTTP: Bool,
        limits: CallLimits = .documented,
        connectionsPerClient: Int = 256,
        readiness: Readiness = Readiness(),
        random: @escaping @Sendable () -> UInt64,
        onAnswer: (@Sendable (AccessRecord) -> Void)? = nil
    ) {
        self.onAnswer = onAnswer
        self.backend = backend
        self.random = random
        let gate = APIGate(keys: keys, allowsPlainHTTP: allowsPlainHTTP, limits: limits)
        crs = CRSService(backend: backend, gate: gate)
        v3 = V3Service(backend: backend, gate: gate)
        counts = ConnectionCounts(limit: connectionsPerClient)
        self.readiness = readiness
    }

    /// The server as a service: it listens until its service group shuts down.
    ///
    /// - Parameter onReady: called with the port that it listens on, once it does.
    package func application(
        _ listener: ServerListener,
        logger: Logger,
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let hosting = backend.source.source.hosting
        let bodies = listener.identity == nil ? FileBodies() : nil
        return Application(
            responder: Responder(
                server: self,
                isEncrypted: listener.identity != nil,
                network: listener.network,
                downloads: hosting.map { DownloadResponder(hosting: $0, network: listener.network, bodies: bodies) }
            ),
            server: HTTPServerBuilder { [counts] responder in
                ListenerChannel(
                    http: HTTP1Channel(responder: responder, configuration: Self.connection),
                    identity: listener.identity,
                    counts: counts,
                    bodies: bodies
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port),
                serverName: "wherry"
            ),
            onServerRunning: { channel in await onReady(channel.localAddress?.port ?? listener.port) },
            logger: logger
        )
    }

    /// What one connection may cost.
    private static var connection: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [SlowPeerGuard(requestTime: .seconds(30), stallTime: .seconds(120))],
            idleTimeout: .seconds(60),
            // A request of API 3.0 in an address may have 32 KiB.
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 40 << 10,
                maxHeaderListSize: 64 << 10,
                maxHeaderFieldCount: 100
            )
        )
    }

    private struct Responder: HTTPResponder {
        let server: WherryServer
        let isEncrypted: Bool
        let network: Network?
        let downloads: DownloadResponder?

        func respond(to request: Request, context: ClientContext) async throws -> Response {
            await server.respond(to: request, from: context, on: self)
        }
    }

    private func respond(to request: Request, from client: ClientContext, on listener: Responder) async -> Response {
        let started = ContinuousClock.now
        let requestID = RequestID.make(random)
        let target = request.head.path ?? "/"
        var response: Response
        var dialect = AccessRecord.Dialect.other
        var audit: APIAudit?
        if target.hasPrefix(HostingPath.mount), let downloads = listener.downloads {
            dialect = .download
            response = await downloads.respond(
                to: request,
                target: target,
                client: client.address,
                requestID: requestID
            )
        } else if target == CRSRequest.path || target.hasPrefix(CRSRequest.path + "?") {
            dialect = .api2
            response = await answerAPI(request, target, requestID, listener.isEncrypted, &audit)
        } else if V3Request.isOne(request, target: target) {
            dialect = .api3
            response = await answerV3(request, target, requestID, listener.isEncrypted, &audit)
        } else if target == "/healthz" {
            dialect = .health
            response = Self.text("ok\n", .ok)
        } else if target == "/readyz" {
            dialect = .health
            response = readyz()
        } else {
            response = Self.text("There is nothing at this address.\n", .notFound)
        }
        response.headers[.date] = DateHeader.text(at: backend.clock.now)
        if let name = HTTPField.Name("x-wherry-request-id") { response.headers[name] = requestID }
        // A body behind an answer to HEAD would be taken for the next answer.
        if request.method == .head { response = response.createHeadResponse() }
        onAnswer?(
            AccessRecord(
                client: client.address,
                network: listener.network,
                method: request.method.rawValue,
                path: AccessRecord.path(of: target),
                dialect: dialect,
                action: audit?.knownAction,
                caller: audit?.knownCaller,
                code: audit?.code,
                status: Int(response.status.code),
                bytes: response.body.contentLength,
                userAgent: request.headers[.userAgent],
                requestID: requestID,
                arrivedAt: started,
                latency: ContinuousClock.now - started
            )
        )
        return response
    }

    private func answerAPI(
        _ request: Request,
        _ target: String,
        _ requestID: String,
        _ isEncrypted: Bool,
        _ audit: inout APIAudit?
    ) async -> Response {
        guard let verb = CRSVerb(rawValue: request.method.rawValue) else {
            return Self.text("API 2.0 takes GET and POST.\n", .methodNotAllowed)
        }
        let parameters: [UInt8]
        switch verb {
        case .get:
            parameters = Array(target.utf8.dropFirst(CRSRequest.path.utf8.count + 1))
        case .post:
            // A body that is too long, or ends too early, is no request.
            guard let body = try? await request.body.collect(upTo: Self.largestBody) else {
                return Self.text("The body is longer than \(Self.largestBody) bytes or was cut.\n", .contentTooLarge)
            }
            parameters = Array(body.readableBytesView)
        }
        let call = CRSService.Call(
            verb: verb,
            host: request.head.authority ?? "",
            parameters: parameters,
            isEncrypted: isEncrypted,
            requestID: requestID
        )
        let answer = await crs.answer(call)
        audit = answer.audit
        return Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.bytes))
        )
    }

    private func answerV3(
        _ request: Request,
        _ target: String,
        _ requestID: String,
        _ isEncrypted: Bool,
        _ audit: inout APIAudit?
    ) async -> Response {
        let bytes: [UInt8]
        if let message = await V3Request.message(request, target: target) {
            let call = V3Service.Call(
                message: message,
                isEncrypted: isEncrypted,
                requestID: requestID
            )
            let answer = await v3.answer(call)
            (bytes, audit) = (answer.bytes, answer.audit)
        } else {
            // A body that is too long, or ends too early, is no request.
            let refusal = V3Error(.requestSizeLimitExceeded)
            audit = APIAudit(code: refusal.code.rawValue)
            bytes = refusal.encoded(requestID: requestID)
        }
        return Response(
            status: .ok,
            headers: [.contentType: V3Wire.answerContentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    private func readyz() -> Response {
        if readiness.isDraining { return Self.text("stopping\n", .serviceUnavailable) }
        guard backend.catalog.isReadable else { return Self.text("the catalog cannot be read\n", .serviceUnavailable) }
        return Self.text("ready\n", .ok)
    }

    private static func text(_ text: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
