import Hummingbird
import NIOCore
import WherryCore

/// What the server knows of a request besides the request: where it came from.
struct ClientContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let remote: SocketAddress?
    /// The address at the other end of the connection, which behind a proxy is the proxy's; nil when there is none.
    ///
    /// Read from its text each time: few requests need it.
    var address: IPAddress? { remote?.ipAddress.flatMap { IPAddress($0) } }

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remote = source.channel.remoteAddress
    }
}
