import Foundation

/// Runs contenders round by round, in another order each time, and keeps what each run cost.
struct Contest {
    /// What is run after a rival, each timed by itself.
    enum FollowUp {
        /// Nothing.
        case none
        /// `sync`, for everything it wrote, and `sha256sum` and `openssl dgst -sha256` of all files.
        case syncAndDigestsOfAll
        /// `sync FILE`, `sha256sum FILE` and `openssl dgst -sha256 FILE`, the file still in the page cache.
        case syncAndDigests
    }

    let bench: Bench
    let contenders: [Contender]
    let job: Contender.Job
    /// What a run has to leave.
    let files: Int
    let bytes: Int
    var followUp = FollowUp.none
    var rounds: Int

    /// Runs them all.
    ///
    /// One that fails is left out from there on, with a note.
    func run() throws -> [Score] {
        var scores = contenders.map { Score(contender: $0) }
        var failed: Set<Int> = []
        // Whom one comes after tells how warm its memory is: nobody comes after the same each time.
        var dice = RandomBytes(seed: 20_261_129)
        for _ in 0..<rounds {
            for index in scores.indices.shuffled(using: &dice) {
                guard !failed.contains(index) else { continue }
                do {
                    scores[index].samples.append(try measure(scores[index].contender))
                } catch let error as TrialError {
                    TransferBench.note("\(scores[index].contender.name) is left out: \(error)")
                    failed.insert(index)
                    scores[index].samples = []
                }
            }
        }
        try clear()
        return scores
    }

    private func measure(_ contender: Contender) throws -> Sample {
        try clear()
        Glibc.sync()
        var sample = Sample()
        sample.raw = try bench.run(contender.program, contender.arguments(job))
        try check()
        guard !contender.isOurs else { return sample }
        switch followUp {
        case .none: break
        case .syncAndDigestsOfAll:
            let names = try FileManager.default.contentsOfDirectory(atPath: job.folder).map { "\(job.folder)/\($0)" }
            sample.sync = try bench.run(Programs.sync, [])
            sample.sha256sum = try bench.run(Programs.sha256sum, names)
            sample.openssl = try bench.run(Programs.openssl, ["dgst", "-sha256"] + names)
        case .syncAndDigests:
            sample.sync = try bench.run(Programs.sync, [job.file])
            sample.sha256sum = try bench.run(Programs.sha256sum, [job.file])
            sample.openssl = try bench.run(Programs.openssl, ["dgst", "-sha256", job.file])
        }
        return sample
    }

    /// Gives the contenders an empty folder.
    ///
    /// What is in the old one is emptied and put aside, not removed: ext4 without a journal does not give the inode of a
    /// removed file away for minutes, and whoever makes files meanwhile pays for the search of another.
    private func clear() throws {
        let files = FileManager.default
        if files.fileExists(atPath: job.folder) {
            for name in try files.contentsOfDirectory(atPath: job.folder) { truncate("\(job.folder)/\(name)", 0) }
            let attic = "\(bench.folder)/attic"
            try files.createDirectory(atPath: attic, withIntermediateDirectories: true)
            try files.moveItem(atPath: job.folder, toPath: "\(attic)/\(UUID().uuidString)")
        }
        try files.createDirectory(atPath: job.folder, withIntermediateDirectories: true)
    }

    /// - Throws: ``TrialError`` when a run left something else than it should have.
    private func check() throws {
        var count = 0
        var total = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: job.folder) {
            var status = stat()
            guard stat("\(job.folder)/\(name)", &status) == 0 else { continue }
            count += 1
            total += status.st_size
        }
        guard count == files, total == bytes else {
            throw TrialError("it left \(count) files with \(total) bytes, not \(files) with \(bytes).")
        }
    }
}
