import Logging
import WherryCore
public import WherryPluginKit
import WherryPluginWire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Serves a plugin written in Swift as a program of its own: the plugin's side of wherry-plugin/1.
///
/// What the plugin prints goes to standard error; standard output belongs to the protocol. Each operation is a process,
/// so nothing that the plugin keeps in memory outlives it, and `prepare` comes before each delivery.
public enum PluginMain {
    /// How the files of a delivery come: which methods of `Transfer` the plugin may call.
    public enum Files: String, Sendable {
        /// `link` alone.
        case links
        /// `fetch` and `stream`, from files that are there already.
        case file
        /// `fetch` and `stream`, each file once and in their order, while the bytes come.
        case stream
    }

    /// Answers the request on standard input and ends the process.
    ///
    /// - Parameters:
    ///   - version: the plugin's own.
    ///   - wants: how files come.
    ///   - finishes: whether the plugin wants to be told the end of a run.
    ///   - keepsNotes: whether `context.notes` is kept, see ``KeptNotes``.
    public static func serve(
        _ plugin: any SinkPlugin.Type,
        version: String,
        wants: Files,
        finishes: Bool = false,
        keepsNotes: Bool = false
    ) async -> Never {
        var capabilities: Set<PluginOperation> = finishes ? [.finish] : []
        if plugin.descriptor.capabilities.contains(.checksPresence) { capabilities.insert(.presence) }
        if plugin.descriptor.capabilities.contains(.removesCopies) { capabilities.insert(.remove) }
        if plugin.descriptor.capabilities.contains(.readsCopies) { capabilities.insert(.read) }
        let description = PluginDescription(
            id: plugin.descriptor.id,
            version: version,
            kind: .sink,
            title: plugin.descriptor.title,
            summary: plugin.descriptor.summary,
            wish: PluginWish(rawValue: wants.rawValue),
            capabilities: capabilities,
            keepsState: keepsNotes,
            options: plugin.options
        )
        await serve(description) { request, channel in
            let sink = try await plugin.makeSink(
                options(request, plugin.options),
                context: context(request, plugin.descriptor, keepsNotes ? channel : nil)
            )
            return try await SinkServer(sink: sink).answer(request, channel)
        }
    }

    /// Answers the request on standard input and ends the process.
    ///
    /// - Parameters:
    ///   - version: the plugin's own.
    ///   - keepsNotes: whether `context.notes` is kept, see ``KeptNotes``.
    public static func serve(
        _ plugin: any SourcePlugin.Type,
        version: String,
        keepsNotes: Bool = false
    ) async -> Never {
        let description = PluginDescription(
            id: plugin.descriptor.id,
            version: version,
            kind: .source,
            title: plugin.descriptor.title,
            summary: plugin.descriptor.summary,
            keepsState: keepsNotes,
            options: plugin.options
        )
        await serve(description) { request, channel in
            let source = try await plugin.makeSource(
                options(request, plugin.options),
                context: context(request, plugin.descriptor, keepsNotes ? channel : nil)
            )
            return try await SourceServer(source: source).answer(request, channel)
        }
    }

    private static func serve(
        _ description: PluginDescription,
        _ answer: @escaping @Sendable (PluginRequest, GuestChannel) async throws -> JSONValue
    ) async -> Never {
        guard ProcessInfo.processInfo.environment[PluginProtocol.cookie] != nil else {
            GuestChannel.complain("This is a plugin for wherry: run it with  wherry plugin check PATH\n")
            exit(64)
        }
        let channel = GuestChannel()
        let task = Task { await status(description, channel, answer) }
        channel.whenToldToStop { task.cancel() }
        exit(await task.value)
    }

    private static func status(
        _ description: PluginDescription,
        _ channel: GuestChannel,
        _ answer: @Sendable (PluginRequest, GuestChannel) async throws -> JSONValue
    ) async -> Int32 {
        do {
            guard let line = await channel.line(), let value = JSONValue(line: line) else { return 70 }
            let request = try PluginRequest(value)
            guard request.versions.contains(PluginProtocol.version) else {
                throw PluginError(.unsupported, code: "unsupported-protocol", "This plugin speaks version 1 only.")
            }
            channel.say(
                .hello(
                    version: PluginProtocol.version,
                    plugin: description.id,
                    release: description.version,
                    capabilities: description.capabilityWords
                )
            )
            guard let operation = PluginOperation(rawValue: request.operation),
                description.operations.contains(operation)
            else {
                throw PluginError(.unsupported, code: "unsupported-operation", "This plugin cannot do that.")
            }
            if operation == .describe {
                channel.say(.result(.object(["type": .string("result"), "plugin": description.value])))
            } else {
                channel.say(.result(try await answer(request, channel)))
            }
            return 0
        } catch {
            let said = told(error)
            channel.say(.error(said))
            return said.failureClass.exitCode
        }
    }

    private static func told(_ error: any Error) -> PluginError {
        if let error = error as? PluginError { return error }
        if let problem = error as? WireProblem {
            return PluginError(.internal, code: "plugin.request", problem.description)
        }
        let failure = Failure.wrap(error, during: "working")
        return PluginError(
            failure.failureClass,
            code: failure.code,
            failure.message,
            remedy: failure.remedy,
            retryAfter: failure.retryAfter?.components.seconds
        )
    }

    /// - Parameter channel: where notes go; nil where none are kept.
    private static func context(
        _ request: PluginRequest,
        _ descriptor: PluginDescriptor,
        _ channel: GuestChannel?
    ) -> PluginContext {
        let logger = Logger(label: descriptor.id) { StreamLogHandler.standardError(label: $0) }
        var context = BareContext.make(name: descriptor.id, folder: request.scratch, logger: logger)
        if let channel {
            context.notes = KeptNotes(request.state) { channel.say(.state($0)) }
        }
        return context
    }

    /// The options of a request, as a plugin in Swift takes them.
    private static func options(_ request: PluginRequest, _ specs: [OptionSpec]) -> OptionValues {
        var values: [String: OptionValues.Value] = [:]
        for spec in specs {
            switch (spec.kind, request.options[spec.name]) {
            case (.secret, .string(let text)?): values[spec.name] = .secret(Secret(text))
            case (.duration, .integer(let seconds)?): values[spec.name] = .duration(.seconds(seconds))
            case (_, .integer(let number)?): values[spec.name] = .integer(Int(number))
            case (_, .boolean(let value)?): values[spec.name] = .boolean(value)
            case (_, .string(let text)?): values[spec.name] = .text(text)
            default: break
            }
        }
        return OptionValues(values)
    }
}
