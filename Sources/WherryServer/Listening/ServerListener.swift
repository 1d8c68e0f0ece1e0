package import WherryCore

/// One address that the server listens on.
package struct ServerListener: Sendable {
    /// An address or a name, without brackets.
    package var host: String
    /// The port, 0 for any free one.
    package var port: Int
    /// The network that its clients are in, as URLs of the other are refused there; nil for both.
    package var network: Network?
    /// What it proves itself with; nil for plain http.
    package var identity: TLSIdentity?

    /// A listener.
    package init(host: String, port: Int, network: Network? = nil, identity: TLSIdentity? = nil) {
        self.host = host
        self.port = port
        self.network = network
        self.identity = identity
    }
}
