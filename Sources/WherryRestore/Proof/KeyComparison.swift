import WherryCore

/// Whether a server has loaded all that a dump holds.
struct KeyComparison {
    /// The dump's name, for messages.
    let name: String
    /// What the scan counted while the copy was taken out.
    let counted: CopyFacts.KeySum?
    /// What was counted when the copy was delivered; nil where it was not.
    let recorded: Int64?

    /// - Throws: ``Failure`` of class `corrupt`: `prove.other-count`, `prove.keys-missing`.
    func check(_ facts: LoadedFacts) throws {
        // Where the records cannot be read to their end, the server's word is nearly all there is.
        guard let counted else {
            guard let recorded, let loaded = facts.loaded, let expired = facts.expired,
                loaded + expired + facts.emptied < recorded
            else { return }
            throw Failure(
                .corrupt,
                code: "prove.keys-missing",
                "\(facts.engine) \(facts.version) loaded \(loaded) keys of \(name), of \(recorded) that were delivered.",
                remedy: CopyFacts.remedy
            )
        }
        if let recorded, recorded != counted.total {
            throw Failure(
                .corrupt,
                code: "prove.other-count",
                "\(name) holds \(counted.total) keys, but \(recorded) were counted when it was delivered.",
                remedy: CopyFacts.remedy
            )
        }
        if let loaded = facts.loaded, let expired = facts.expired {
            // No server tells how many hashes had lost their last field meanwhile.
            let gone = counted.total - loaded - expired - facts.emptied
            guard !(0...counted.volatileHashes).contains(gone) else { return }
            throw missing("loaded \(loaded) keys of \(name) and found \(expired) expired", counted, facts)
        }
        // Servers before Redis 7.0 do not tell how many had expired.
        // They know no fields that expire.
        guard !(counted.total - counted.expiring - facts.emptied...counted.total).contains(facts.resident) else {
            return
        }
        throw missing("holds \(facts.resident) keys of \(name)", counted, facts)
    }

    private func missing(_ what: String, _ counted: CopyFacts.KeySum, _ facts: LoadedFacts) -> Failure {
        Failure(
            .corrupt,
            code: "prove.keys-missing",
            "\(facts.engine) \(facts.version) \(what), of \(counted.total) that are in it.",
            remedy: CopyFacts.remedy
        )
    }
}
