package import WherryCore

/// Files with their URLs, as sources write them in messages.
package enum WireIssuedFile {
    /// Writes one.
    package static func value(_ file: IssuedFile) -> JSONValue {
        .members([
            "position": .integer(Int64(file.file.position)),
            "name": .string(file.file.name),
            "size_bytes": .size(file.file.size),
            "sha256": .text(file.file.sha256),
            "intranet_url": file.intranet.map { .string($0.text) },
            "extranet_url": file.extranet.map { .string($0.text) },
            "expires_at": .text(file.expiresAt),
        ])
    }

    /// Reads one.
    package static func read(_ value: JSONValue) throws(WireProblem) -> IssuedFile {
        let what = "a file"
        let file = BackupFile(
            position: Int(try value.requiredCount("position", of: what)),
            name: try value.requiredName("name", of: what),
            size: try value.optionalSize("size_bytes", of: what),
            sha256: try value.optionalDigest("sha256", of: what)
        )
        let intranet = try url(value, "intranet_url")
        let extranet = try url(value, "extranet_url")
        guard intranet != nil || extranet != nil else {
            throw WireProblem("A file has neither intranet_url nor extranet_url.")
        }
        guard let expiresAt = try value.optionalTime("expires_at", of: what) else {
            throw WireProblem("A file has no field expires_at.")
        }
        return IssuedFile(file: file, intranet: intranet, extranet: extranet, expiresAt: expiresAt)
    }

    private static func url(_ value: JSONValue, _ key: String) throws(WireProblem) -> SignedURL? {
        guard let text = try value.optionalText(key, of: "a file") else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), isPlain, text.utf8.count <= 16_384 else {
            throw WireProblem("The field \(key) of a file is not a URL of http or https, in ASCII and without spaces.")
        }
        return SignedURL(text)
    }

    /// The files of one answer, by position.
    ///
    /// - Throws: ``WireProblem`` unless the positions are 0, 1, 2 … without gaps.
    package static func ordered(_ files: [IssuedFile]) throws(WireProblem) -> [IssuedFile] {
        let sorted = files.sorted { $0.file.position < $1.file.position }
        guard !sorted.isEmpty else { throw WireProblem("The answer has no file.") }
        guard sorted.enumerated().allSatisfy({ $0.offset == $0.element.file.position }) else {
            throw WireProblem("The positions of the files are not 0, 1, 2 … without gaps.")
        }
        return sorted
    }
}

/// Receipts, as sinks write them in messages.
package enum WireReceipt {
    /// Writes one.
    package static func value(_ receipt: Receipt) -> JSONValue {
        .members([
            "outcome": .string(receipt.outcome.rawValue),
            "valid_until": .text(receipt.validUntil),
            "artifacts": .array(receipt.artifacts.map(artifact)),
        ])
    }

    /// Writes one artifact: what `presence` and `remove` are asked about.
    package static func artifact(_ artifact: Artifact) -> JSONValue {
        .members([
            "position": .integer(Int64(artifact.position)),
            "location": .string(artifact.location),
            "size_bytes": .size(artifact.size),
            "sha256": .text(artifact.sha256),
            "stored": artifact.stored.map {
                .members([
                    "stages": .array($0.stages.map { .string($0) }),
                    "size_bytes": .size($0.size),
                    "sha256": .text($0.sha256),
                ])
            },
        ])
    }

    /// Reads one.
    package static func read(_ value: JSONValue) throws(WireProblem) -> Receipt {
        let what = "a receipt"
        guard let outcome = Receipt.Outcome(rawValue: try value.requiredText("outcome", of: what)) else {
            throw WireProblem("The field outcome of a receipt is none of delivered, emitted.")
        }
        guard let entries = value["artifacts"]?.entries else { throw WireProblem("A receipt has no list artifacts.") }
        var artifacts: [Artifact] = []
        for entry in entries { artifacts.append(try readArtifact(entry)) }
        return Receipt(
            outcome: outcome,
            artifacts: artifacts.sorted { $0.position < $1.position },
            validUntil: try value.optionalTime("valid_until", of: what)
        )
    }

    /// Reads one artifact.
    package static func readArtifact(_ value: JSONValue) throws(WireProblem) -> Artifact {
        let what = "an artifact"
        let location = try value.requiredText("location", of: what)
        guard !location.isEmpty, location.utf8.count <= 4_096,
            !location.unicodeScalars.contains(where: { $0.value < 32 })
        else {
            throw WireProblem("The field location of an artifact is empty, too long, or has control characters.")
        }
        return Artifact(
            position: Int(try value.requiredCount("position", of: what)),
            location: location,
            size: try value.optionalSize("size_bytes", of: what),
            sha256: try value.optionalDigest("sha256", of: what),
            stored: try value["stored"].map(stored)
        )
    }

    private static func stored(_ value: JSONValue) throws(WireProblem) -> StoredForm {
        let what = "a stored form"
        guard let sha256 = try value.optionalDigest("sha256", of: what) else {
            throw WireProblem("A stored form has no field sha256.")
        }
        return StoredForm(
            stages: value["stages"]?.entries?.compactMap(\.text) ?? [],
            size: ByteCount(try value.requiredCount("size_bytes", of: what)),
            sha256: sha256
        )
    }
}
