import Hummingbird
import NIOCore
import WherryCore

/// What the server knows of a request besides the request: where it came from.
struct ClientContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address at the other end of the connection, which behind a proxy is the proxy's; nil when there is none.
    let address: IPAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
    }
}
