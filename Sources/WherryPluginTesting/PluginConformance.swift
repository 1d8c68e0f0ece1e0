import ExternalPlugin
import Logging
public import WherryCore
public import WherryPluginKit
import WherryPluginMain
import WherryPluginWire

/// Checks a program against wherry-plugin/1, from outside: what `wherry plugin test` runs, and what authors in Swift can
/// run in their tests.
///
/// A sink stores a small made-up backup and, where it can, removes it again. A source is asked, and nothing is ordered.
public struct PluginConformance: Sendable {
    let path: String
    let options: [String: OptionValues.Value]
    let secrets: [String: Secret]
    let folder: String
    let patience: Duration

    /// A check of one program.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - options: its options by name, such as `["folder": .text("/srv/copies")]`.
    ///   - secrets: those of them that are secrets.
    ///   - folder: an empty folder of the caller's, for what passes between the two.
    ///   - patience: how long one operation may take.
    public init(
        path: String,
        options: [String: OptionValues.Value] = [:],
        secrets: [String: Secret] = [:],
        folder: String,
        patience: Duration = .seconds(20)
    ) {
        self.path = path
        self.options = options
        self.secrets = secrets
        self.folder = folder
        self.patience = patience
    }

    /// All findings, in the order of the checks; when the plugin cannot even describe itself, the first alone.
    public func run() async -> [ConformanceFinding] {
        var report = Report(secrets: Array(secrets.values))
        var described: PluginDescription?
        await report.check("describe") {
            let answer = try await session().ask(request("describe"))
            let description = try PluginDescription(answer.result["plugin"] ?? .null)
            described = description
            return "It is the \(description.kind.rawValue) \(description.id) \(description.version)."
        }
        guard let described else { return report.findings }
        await manners(described, &report)
        await questions(described, &report)
        switch described.kind {
        case .sink: await deliveries(described, &report)
        case .source: await listings(described, &report)
        }
        return report.findings
    }

    // MARK: What all checks need

    var clock: any WallClock { MachineClock() }

    var probe: Probe { Probe(path: path, folder: folder, patience: patience) }

    func request(_ operation: String, options: [String: JSONValue] = [:], params: JSONValue = .object([:]))
        -> PluginRequest
    {
        PluginRequest(
            operation,
            options: options,
            params: params,
            scratch: folder,
            deadline: clock.now + patience
        )
    }

    func session() -> PluginSession {
        PluginSession(
            path: path,
            name: name,
            blotter: Blotter(secrets: Array(secrets.values)),
            limits: PluginSession.Limits(deadline: patience, stall: patience, grace: .seconds(3)),
            logger: Logger(label: "wherry.conformance") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private var name: String { String(path.split(separator: "/").last ?? "") }

    /// The options of the plugin `external` that runs this program.
    var externalOptions: OptionValues {
        OptionValues([
            "path": .text(path), "options": .mapping(options),
            "secrets": .mapping(secrets.mapValues { .secret($0) }), "deadline": .duration(patience),
            "timeout": .duration(patience), "stall": .duration(patience),
        ])
    }

    var context: PluginContext {
        let logger = Logger(label: "wherry.conformance") { _ in SwiftLogNoOpLogHandler() }
        return BareContext.make(name: "wherry-test", folder: folder + "/state", logger: logger)
    }

    /// The options as they stand in a request.
    func values(_ description: PluginDescription) throws -> [String: JSONValue] {
        let check = OptionCheck(options: options, secrets: secrets, specs: description.options)
        guard check.problems.isEmpty else { throw Objection(check.problems.joined(separator: " ")) }
        return check.values
    }
}

/// The findings so far.
struct Report: Sendable {
    private(set) var findings: [ConformanceFinding] = []
    private let blotter: Blotter

    init(secrets: [Secret]) { blotter = Blotter(secrets: secrets) }

    /// Runs a check.
    ///
    /// - Parameter body: returns what was seen; what it throws is why it failed.
    /// - Returns: whether it passed.
    @discardableResult
    mutating func check(_ name: String, _ body: () async throws -> String) async -> Bool {
        do {
            findings.append(ConformanceFinding(name, .passed, blotter.clean(try await body())))
            return true
        } catch let skip as Skip {
            findings.append(ConformanceFinding(name, .skipped, skip.text))
        } catch {
            findings.append(ConformanceFinding(name, .failed, blotter.clean(Self.text(error), limit: 600)))
        }
        return false
    }

    private static func text(_ error: any Error) -> String {
        switch error {
        case let objection as Objection: objection.text
        case let violation as Violation: "\(violation.word): it \(violation.text)."
        case let error as PluginError: "It answered with the error \(error.code): \(error.message)"
        case let problem as WireProblem: problem.description
        case let failure as Failure: "\(failure.code): \(failure.message)"
        default: Failure.wrap(error, during: "checking").message
        }
    }
}
