package import WherryCore

/// One line of a plugin's standard output.
package enum PluginMessage: Sendable {
    /// The first line: the version chosen, who speaks, and what it can beyond what every plugin of its kind can; nil
    /// where it leaves that to `describe`.
    case hello(version: Int64, plugin: String, release: String, capabilities: [String]? = nil)
    /// How far it is, since its start; counts as a sign of life.
    case progress(done: Int64, total: Int64?)
    /// Something for the log.
    case log(level: String, message: String)
    /// One entry of a list.
    case item(JSONValue)
    /// What it wants to be given back when it is started next; the last one counts.
    case state(JSONValue)
    /// The end: it is done.
    case result(JSONValue)
    /// The end: it could not be done.
    case error(PluginError)
    /// A type that this version does not know; let through.
    case other(String)

    /// Reads a line.
    package init(_ value: JSONValue) throws(WireProblem) {
        guard case .object = value, let type = value["type"]?.text else {
            throw WireProblem("A line is not a JSON object with a type.")
        }
        switch type {
        case "hello":
            self = .hello(
                version: try value.requiredCount("protocol", of: "hello"),
                plugin: try value.requiredName("plugin", of: "hello"),
                release: try value.optionalText("version", of: "hello") ?? "",
                capabilities: value["capabilities"]?.entries?.compactMap(\.text)
            )
        case "progress":
            self = .progress(
                done: try value.requiredCount("bytes_done", of: "progress"),
                total: try value.optionalCount("bytes_total", of: "progress")
            )
        case "log":
            self = .log(
                level: try value.optionalText("level", of: "log") ?? "info",
                message: try value.requiredText("message", of: "log")
            )
        case "item":
            guard let item = value["item"], case .object = item else { throw WireProblem("An item line has no item.") }
            self = .item(item)
        case "state":
            guard let state = value["state"], case .object = state else {
                throw WireProblem("A state line has no state that is an object.")
            }
            self = .state(state)
        case "result": self = .result(value)
        case "error": self = .error(try PluginError(value))
        default: self = .other(type)
        }
    }

    /// It as JSON.
    package var value: JSONValue {
        switch self {
        case .hello(let version, let plugin, let release, let capabilities):
            .members([
                "type": .string("hello"), "protocol": .integer(version), "plugin": .string(plugin),
                "version": .string(release),
                "capabilities": capabilities.map { .array($0.map { .string($0) }) },
            ])
        case .progress(let done, let total):
            .members([
                "type": .string("progress"), "bytes_done": .integer(done), "bytes_total": total.map { .integer($0) },
            ])
        case .log(let level, let message):
            .object(["type": .string("log"), "level": .string(level), "message": .string(message)])
        case .item(let item): .object(["type": .string("item"), "item": item])
        case .state(let state): .object(["type": .string("state"), "state": state])
        case .result(let value): value
        case .error(let error): error.value
        case .other(let type): .object(["type": .string(type)])
        }
    }
}

/// What a plugin says when it could not do what it was asked.
package struct PluginError: Error, Sendable, Hashable {
    /// The class, which decides whether anybody tries again, and the exit status.
    package var failureClass: FailureClass
    /// Its own stable code, such as `backup.not-found`.
    package var code: String
    /// What happened, to which thing.
    package var message: String
    /// What a person can do.
    package var remedy: String?
    /// How long to wait before the next try, in seconds.
    package var retryAfter: Int64?
    /// For the log alone: what those who mend the plugin want to know.
    package var detail: String?

    /// An error.
    package init(
        _ failureClass: FailureClass,
        code: String,
        _ message: String,
        remedy: String? = nil,
        retryAfter: Int64? = nil
    ) {
        self.failureClass = failureClass
        self.code = code
        self.message = message
        self.remedy = remedy
        self.retryAfter = retryAfter
    }

    /// Reads one.
    init(_ value: JSONValue) throws(WireProblem) {
        let what = "error"
        failureClass = try value.word("class", of: what, as: FailureClass.self) ?? .internal
        code = try value.requiredText("code", of: what)
        message = try value.requiredText("message", of: what)
        remedy = try value.optionalText("remedy", of: what)
        retryAfter = try value.optionalCount("retry_after_s", of: what)
        detail = try value.optionalText("detail", of: what)
    }

    /// It as JSON.
    package var value: JSONValue {
        .members([
            "type": .string("error"), "class": .string(failureClass.rawValue), "code": .string(code),
            "message": .string(message), "remedy": .text(remedy), "retry_after_s": retryAfter.map { .integer($0) },
            "detail": .text(detail),
        ])
    }
}
