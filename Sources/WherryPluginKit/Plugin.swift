/// The factory of a kind of source: what a plugin author writes once.
public protocol SourcePlugin: Sendable {
    /// What it says of itself.
    static var descriptor: PluginDescriptor { get }
    /// Its options.
    static var options: [OptionSpec] { get }
    /// Makes a running source. No I/O that can fail slowly: that belongs in `check`.
    static func makeSource(_ options: OptionValues, context: PluginContext) async throws -> any Source
}

/// The factory of a kind of sink: what a plugin author writes once.
public protocol SinkPlugin: Sendable {
    /// What it says of itself.
    static var descriptor: PluginDescriptor { get }
    /// Its options.
    static var options: [OptionSpec] { get }
    /// Makes a running sink. No I/O that can fail slowly: that belongs in `check`.
    static func makeSink(_ options: OptionValues, context: PluginContext) async throws -> any Sink
}
