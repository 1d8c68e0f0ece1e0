package import WherryCore

/// The one line that a plugin is given on its standard input when it starts.
package struct PluginRequest: Sendable {
    /// What to do.
    package var operation: String
    /// The plugin's options by name, secrets among them.
    package var options: [String: JSONValue]
    /// What the operation is about.
    package var params: JSONValue
    /// A folder of its own for this one operation, removed afterwards.
    package var scratch: String
    /// When it is ended by force.
    package var deadline: Timestamp
    /// The versions spoken, lowest and highest.
    package var versions: ClosedRange<Int64>
    /// What the plugin asked for to be given back; nil for nothing yet.
    package var state: JSONValue?

    /// A request.
    package init(
        _ operation: String,
        options: [String: JSONValue] = [:],
        params: JSONValue = .object([:]),
        scratch: String,
        deadline: Timestamp,
        versions: ClosedRange<Int64> = 1...1
    ) {
        self.operation = operation
        self.options = options
        self.params = params
        self.scratch = scratch
        self.deadline = deadline
        self.versions = versions
    }

    /// It as JSON.
    package var value: JSONValue {
        .members([
            "type": .string("request"),
            "protocol": .object(["min": .integer(versions.lowerBound), "max": .integer(versions.upperBound)]),
            "op": .string(operation),
            "options": .object(options),
            "params": params,
            "scratch_dir": .string(scratch),
            "deadline": .string(deadline.description),
            "state": state,
        ])
    }

    /// Reads one.
    package init(_ value: JSONValue) throws(WireProblem) {
        let what = "a request"
        guard value["type"]?.text == "request" else { throw WireProblem("The first line is not a request.") }
        guard let lowest = value["protocol"]?["min"]?.integer, let highest = value["protocol"]?["max"]?.integer,
            lowest <= highest
        else { throw WireProblem("A request has no protocol with min and max.") }
        guard let deadline = try value.optionalTime("deadline", of: what) else {
            throw WireProblem("A request has no deadline.")
        }
        operation = try value.requiredText("op", of: what)
        if case .object(let members) = value["options"] { options = members } else { options = [:] }
        params = value["params"] ?? .object([:])
        scratch = try value.requiredText("scratch_dir", of: what)
        self.deadline = deadline
        versions = lowest...highest
        if let state = value["state"], case .object = state { self.state = state }
    }
}

/// How the files of a delivery come to a sink.
package enum PluginWish: String, Sendable, Hashable, CaseIterable {
    /// URLs.
    case links
    /// Verified files in the scratch folder.
    case file
    /// Bytes on named pipes in the scratch folder.
    case stream
}

/// The line that follows a stream's bytes on standard input, once they are known to be right.
package struct VerifiedLine: Sendable, Hashable {
    /// Which file.
    package var position: Int
    /// Its size.
    package var size: ByteCount
    /// Its digest.
    package var sha256: SHA256Digest

    /// A line.
    package init(position: Int, size: ByteCount, sha256: SHA256Digest) {
        self.position = position
        self.size = size
        self.sha256 = sha256
    }

    /// It as JSON.
    package var value: JSONValue {
        .object([
            "type": .string("verified"), "position": .integer(Int64(position)), "size_bytes": .integer(size.bytes),
            "sha256": .string(sha256.hex),
        ])
    }

    /// Reads one.
    package init(_ value: JSONValue) throws(WireProblem) {
        let what = "a verified line"
        guard value["type"]?.text == "verified", let sha256 = try value.optionalDigest("sha256", of: what) else {
            throw WireProblem("What follows the bytes is not a verified line.")
        }
        position = Int(try value.requiredCount("position", of: what))
        size = ByteCount(try value.requiredCount("size_bytes", of: what))
        self.sha256 = sha256
    }
}
