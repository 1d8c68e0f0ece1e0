import ExternalPlugin
import WherryCore
import WherryPluginKit
import WherryPluginWire

extension PluginConformance {
    /// What holds of every plugin, whatever it does.
    func manners(_ described: PluginDescription, _ report: inout Report) async {
        await report.check("cookie") {
            let outcome = try await probe.run(Probe.Input(hasCookie: false, ends: true))
            guard outcome.exit == .status(64) else {
                throw Objection("Started by hand, without WHERRY_PLUGIN_COOKIE, it must end with status 64.")
            }
            guard outcome.output.isEmpty else { throw Objection("Started by hand, it writes to standard output.") }
            return "Started by hand, it ends with status 64."
        }
        await report.check("hello") {
            let request = request("describe")
            let outcome = try await probe.run(Probe.Input(request: request.value))
            var conversation = Conversation("describe")
            for line in outcome.output.split(separator: UInt8(ascii: "\n")) { _ = try conversation.take(line) }
            guard conversation.speaker?.plugin == described.id else {
                throw Objection("hello names another plugin than describe, \(described.id).")
            }
            let answer = try conversation.end(outcome.exit)
            let words = Set(answer.result["plugin"]?["capabilities"]?.entries?.compactMap(\.text) ?? [])
            if let said = conversation.speaker?.capabilities, Set(said) != words {
                throw Objection("hello names other capabilities than describe.")
            }
            return "It says hello as \(described.id)."
        }
        await report.check("later-versions") {
            var request = request("describe")
            request.versions = 1...99
            _ = try await probe.run(Probe.Input(request: request.value)).judge(request)
            return "Offered versions 1 to 99, it chooses one of them."
        }
        await report.check("unknown-versions") {
            var request = request("describe")
            request.versions = 99...99
            let outcome = try await probe.run(Probe.Input(request: request.value))
            return try refusal(outcome, request, code: "unsupported-protocol")
        }
        await report.check("unknown-operation") {
            let request = request("x-no-such-thing")
            let outcome = try await probe.run(Probe.Input(request: request.value, operation: request.operation))
            return try refusal(outcome, request, code: "unsupported-operation")
        }
        await report.check("unknown-fields") {
            let request = request("describe")
            guard case .object(var members) = request.value else { return "" }
            members["x_later"] = .object(["op": .string("x"), "options": .array([.null, .number(0.5)])])
            let answer = try await probe.run(Probe.Input(request: .object(members))).judge(request)
            guard try PluginDescription(answer.result["plugin"] ?? .null) == described else {
                throw Objection("A field that it cannot know changes its answer.")
            }
            return "Fields that it cannot know change nothing."
        }
        await report.check("end-of-input") {
            let outcome: Probe.Outcome
            do {
                outcome = try await probe.run(Probe.Input(ends: true))
            } catch let failure as Failure where failure.code == "program.timed-out" {
                throw Objection("It goes on when its standard input ends, which means that wherry is gone.")
            }
            guard outcome.exit != .status(0) else { throw Objection("Without a request it ends with status 0.") }
            return "It ends when wherry is gone."
        }
        await report.check("terminate") {
            let taken = try await probe.terminate()
            guard taken < .seconds(3) else { throw Objection("It does not end on SIGTERM.") }
            return "It ends on SIGTERM."
        }
        await report.check("orphans") {
            guard let count = try await probe.leftOvers(request("describe")) else {
                throw Skip("This system does not tell.")
            }
            guard count == 0 else { throw Objection("orphans: \(count) of its processes are left when it has ended.") }
            return "Nothing of it is left when it has ended."
        }
    }

    /// An error of this code, with the exit status of its class.
    func refusal(_ outcome: Probe.Outcome, _ request: PluginRequest, code: String) throws -> String {
        do {
            _ = try outcome.judge(request)
        } catch let error as PluginError {
            guard error.code == code else { throw Objection("It answers with the code \(error.code), not \(code).") }
            let status = error.failureClass.exitCode
            guard outcome.exit == .status(status) else {
                throw Objection(
                    "With an error of class \(error.failureClass.rawValue) it must end with status \(status)."
                )
            }
            return "It answers with \(code)."
        }
        throw Objection("It gives a result, where it must answer with the code \(code).")
    }

    /// What `check` says, and what of it must not be said.
    func questions(_ described: PluginDescription, _ report: inout Report) async {
        await report.check("check") {
            let request = request("check", options: try values(described))
            let answer = try await session().ask(request)
            guard let entries = answer.result["findings"]?.entries else {
                throw Objection("The result has no findings.")
            }
            for entry in entries {
                guard let level = entry["level"]?.text.flatMap(Finding.Level.init), let message = entry["message"]?.text
                else {
                    throw Objection("A finding has no level of ok, warning, error, or no message.")
                }
                if level == .error { throw Objection("It finds an error: \(message)") }
                if level == .warning, entry["remedy"]?.text == nil { throw Objection("A warning has no remedy.") }
            }
            return "It finds nothing wrong."
        }
        await report.check("missing-options") {
            guard described.options.contains(where: \.isRequired) else { throw Skip("It needs no option.") }
            let request = request("check")
            let outcome = try await probe.run(Probe.Input(request: request.value, operation: "check"))
            do {
                let answer = try outcome.judge(request)
                let levels = answer.result["findings"]?.entries?.compactMap { $0["level"]?.text } ?? []
                guard levels.contains("error") else { throw Objection("It finds nothing wrong without its options.") }
            } catch is PluginError {}
            return "Without its options it says so."
        }
        await report.check("secrets") {
            let names = described.options.filter { $0.kind == .secret }.map(\.name)
            guard !names.isEmpty else { throw Skip("It takes no secret.") }
            var given = try values(described)
            for name in names { given[name] = .string(Self.canary) }
            let request = request("check", options: given)
            let outcome = try await probe.run(Probe.Input(request: request.value, operation: "check"))
            let said = String(decoding: outcome.output, as: UTF8.self) + outcome.complaints
            guard !said.contains(Self.canary) else { throw Objection("leak: it repeats a secret that it was given.") }
            return "It repeats no secret."
        }
    }

    private static let canary = "wherry-canary-secret-8e20b7d4"
}
