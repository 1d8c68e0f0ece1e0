import Logging
import Synchronization
import WherryCore
import WherryPluginKit
import WherryPluginWire

/// A configured plugin that is a program: found, looked at, described, and asked.
final class ExternalProgram: Sendable {
    private struct Known: Sendable {
        var identity: PluginFile.Identity
        var description: PluginDescription
    }

    private struct State {
        var pinned: PluginFile.Identity?
        var known: Known?
    }

    let settings: ExternalSettings
    let context: PluginContext
    private let state = Mutex(State())

    init(_ settings: ExternalSettings, context: PluginContext) {
        self.settings = settings
        self.context = context
    }

    /// The program's file, looked at anew: it may have been replaced.
    ///
    /// - Throws: ``Failure`` of class `configuration`.
    func file() throws -> PluginFile {
        let kind = settings.kind.rawValue
        let path =
            try settings.path ?? PluginFolders.path(of: settings.name ?? "", kind: kind, in: settings.folders)
        let file = try PluginFile(path: path)
        guard let pin = settings.pin, state.withLock({ $0.pinned }) != file.identity else { return file }
        let digest = try file.digest()
        guard digest == pin else {
            throw Failure(
                .configuration,
                code: "external.pin",
                "The plugin \(file.path) is not run: its SHA-256 is \(digest), not the one in the configuration.",
                remedy: "Find out who changed it; after an update that you made, write its digest into sha256:."
            )
        }
        state.withLock { $0.pinned = file.identity }
        return file
    }

    /// What the plugin says of itself; asked once for each state of its file.
    ///
    /// - Throws: ``Failure``.
    func description(of file: PluginFile) async throws -> PluginDescription {
        if let known = state.withLock({ $0.known }), known.identity == file.identity { return known.description }
        let answer = try await session(file, "describe", options: [:], urls: [], grace: .seconds(10), nil)
        let description: PluginDescription
        do {
            description = try PluginDescription(answer.result["plugin"] ?? .null)
        } catch {
            throw broken(.malformed(error.description), file, "describe")
        }
        guard description.kind == settings.kind else {
            throw Failure(
                .configuration,
                code: "external.other-kind",
                "The plugin \(file.path) is a \(description.kind.rawValue), not a \(settings.kind.rawValue).",
                remedy: "Name it below \(description.kind.rawValue)s:."
            )
        }
        state.withLock { $0.known = Known(identity: file.identity, description: description) }
        return description
    }

    /// Everything that an operation needs, looked at anew.
    struct Ready: Sendable {
        var file: PluginFile
        var description: PluginDescription
        var options: [String: JSONValue]
    }

    /// Looks at the file, its description, and the options.
    ///
    /// - Throws: ``Failure``; `external.options` when the plugin takes other options than it is given.
    func ready() async throws -> Ready {
        let file = try file()
        let description = try await description(of: file)
        let check = OptionCheck(options: settings.options, secrets: settings.secrets, specs: description.options)
        guard check.problems.isEmpty else {
            throw Failure(
                .configuration,
                code: "external.options",
                "The options of the plugin \(file.path) are wrong. \(check.problems.joined(separator: " "))",
                remedy: "See wherry plugin describe \(file.path)."
            )
        }
        return Ready(file: file, description: description, options: check.values)
    }

    /// Asks for one operation.
    ///
    /// - Parameters:
    ///   - urls: those among the params, which no message may repeat.
    ///   - handover: gives the plugin what does not stand in the request.
    func ask(
        _ operation: PluginOperation,
        _ ready: Ready,
        params: JSONValue = .object([:]),
        urls: [SignedURL] = [],
        scratch: String? = nil,
        handingOver handover: PluginSession.Handover? = nil
    ) async throws -> Conversation.Answer {
        let kept = ready.description.keepsState ? try await context.notes.note(Self.stateKey) : nil
        let answer = try await session(
            ready.file,
            operation.rawValue,
            options: ready.options,
            params: params,
            state: kept.flatMap { JSONValue(line: $0.utf8) },
            urls: urls,
            grace: ready.description.grace,
            scratch: scratch,
            handover
        )
        if ready.description.keepsState, let state = answer.state {
            let text = String(decoding: try state.line(), as: UTF8.self)
            if text != kept { await keep(text) }
        }
        return answer
    }

    /// Keeps a state; what was done is done, whether it can be kept or not.
    private func keep(_ state: String) async {
        do {
            try await context.notes.note(Self.stateKey, state)
        } catch {
            let failure = Failure.wrap(error, during: "keeping a plugin's state")
            context.logger.warning("The plugin's state is not kept", metadata: ["error.code": "\(failure.code)"])
        }
    }

    /// The note that holds the plugin's state.
    private static let stateKey = "plugin"

    /// A failure for an answer that breaks the rules.
    func broken(_ violation: Violation, _ file: PluginFile, _ operation: String) -> Failure {
        ExternalFailure.of(violation, plugin: label(file), operation: operation, complaint: nil)
    }

    private func label(_ file: PluginFile) -> String {
        settings.name ?? String(file.path.split(separator: "/").last ?? "")
    }

    private func session(
        _ file: PluginFile,
        _ operation: String,
        options: [String: JSONValue],
        params: JSONValue = .object([:]),
        state: JSONValue? = nil,
        urls: [SignedURL],
        grace: Duration,
        scratch: String? = nil,
        _ handover: PluginSession.Handover?
    ) async throws -> Conversation.Answer {
        let isLong = [.deliver, .read].contains(PluginOperation(rawValue: operation))
        let limit = isLong ? settings.deadline : settings.timeout
        let session = PluginSession(
            path: file.path,
            name: label(file),
            blotter: Blotter(secrets: Array(settings.secrets.values), urls: urls),
            limits: PluginSession.Limits(deadline: limit, stall: settings.stall, grace: grace),
            logger: context.logger
        )
        var request = PluginRequest(
            operation,
            options: options,
            params: params,
            scratch: scratch ?? "",
            deadline: context.clock.now + limit
        )
        request.state = state
        if scratch != nil { return try await session.ask(request, handingOver: handover) }
        return try await withScratch { folder in
            request.scratch = folder
            return try await session.ask(request, handingOver: handover)
        }
    }

    /// Runs `body` with a folder that only this user sees, and removes it.
    func withScratch<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        try await OperationFolder.with(below: context.stateDirectory, random: context.random(), body)
    }

    /// What a check finds: the file, the description, the options, and what the plugin finds itself.
    func check() async throws -> [Finding] {
        let ready = try await ready()
        let description = ready.description
        var findings = [
            Finding(.ok, "The plugin \(ready.file.path) is \(description.id) \(description.version).")
        ]
        let answer = try await ask(.check, ready)
        let blotter = Blotter(secrets: Array(settings.secrets.values))
        for entry in answer.result["findings"]?.entries ?? [] {
            guard let level = entry["level"]?.text.flatMap(Finding.Level.init), let message = entry["message"]?.text
            else {
                throw broken(.malformed("a finding has no level or no message"), ready.file, "check")
            }
            let remedy = entry["remedy"]?.text.map { blotter.clean($0) }
            findings.append(Finding(level, blotter.clean(message), remedy: remedy))
        }
        return findings
    }
}
