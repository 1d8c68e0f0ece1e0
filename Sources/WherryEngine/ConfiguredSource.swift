package import WherryCore
package import WherryPluginKit

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

    /// A source.
    package init(name: SourceName, plugin: String, source: any Source, networks: NetworkChoice) {
        self.name = name
        self.plugin = plugin
        self.source = source
        self.networks = networks
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

    /// A sink.
    package init(name: SinkName, plugin: String, sink: any Sink) {
        self.name = name
        self.plugin = plugin
        self.sink = sink
    }
}
