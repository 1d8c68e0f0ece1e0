package import WherryCore
package import WherryPluginKit
package import WherryTransfer

/// A source of the configuration, made and ready.
package struct ConfiguredSource: Sendable {
    /// Its name.
    package var name: SourceName
    /// The id of its plugin.
    package var plugin: String
    /// The running source.
    package var source: any Source
    /// Which of its URLs to use.
    package var networks: NetworkChoice
    /// Holds all that is fetched from it below a limit; nil for no limit.
    package var bandwidth: BandwidthLimiter?

    /// A source.
    package init(
        name: SourceName,
        plugin: String,
        source: any Source,
        networks: NetworkChoice,
        bandwidth: BandwidthLimiter? = nil
    ) {
        self.name = name
        self.plugin = plugin
        self.source = source
        self.networks = networks
        self.bandwidth = bandwidth
    }
}

/// A sink of the configuration, made and ready.
package struct ConfiguredSink: Sendable {
    /// Its name.
    package var name: SinkName
    /// The id of its plugin.
    package var plugin: String
    /// The running sink.
    package var sink: any Sink
    /// Holds all that is fetched for it below a limit; nil for no limit.
    package var bandwidth: BandwidthLimiter?
    /// Whether it takes bytes, rather than links that others follow.
    package var storesBytes: Bool
    /// What its bytes pass on their way; nil where they come as they are.
    package var pipeline: Pipeline?
    /// Which copies it keeps; nil for all.
    package var keep: KeepPolicy?

    /// A sink.
    package init(
        name: SinkName,
        plugin: String,
        sink: any Sink,
        bandwidth: BandwidthLimiter? = nil,
        storesBytes: Bool = true,
        pipeline: Pipeline? = nil,
        keep: KeepPolicy? = nil
    ) {
        self.name = name
        self.plugin = plugin
        self.sink = sink
        self.bandwidth = bandwidth
        self.storesBytes = storesBytes
        self.pipeline = pipeline
        self.keep = keep
    }
}
