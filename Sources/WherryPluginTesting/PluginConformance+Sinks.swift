import ExternalPlugin
import WherryCore
import WherryPluginKit
import WherryPluginWire

extension PluginConformance {
    /// What holds of sinks.
    func deliveries(_ described: PluginDescription, _ report: inout Report) async {
        let sample = Sample("sample-1", now: clock.now)
        var delivered: Receipt?
        var made: (any Sink)?
        let isDelivered = await report.check("deliver") {
            let sink = try await ExternalSinkPlugin.makeSink(externalOptions, context: context)
            made = sink
            let receipt = try await sink.deliver(sample.backup, using: sample.transfer)
            delivered = receipt
            return "It took a backup of 2 files as \(described.wish?.rawValue ?? "file")."
        }
        guard isDelivered, let sink = made, let receipt = delivered else {
            for name in ["deliver-again", "presence", "read", "remove", "broken-download", "wherry-gone", "finish"] {
                await report.check(name) { throw Skip("It does not deliver.") }
            }
            return
        }
        await report.check("deliver-again") {
            let again = try await sink.deliver(sample.backup, using: sample.transfer)
            guard again == receipt else { throw Objection("The same key gives another receipt the second time.") }
            return "The same key gives the same receipt."
        }
        let looks = described.operations.contains(.presence)
        let removes = described.operations.contains(.remove)
        await report.check("presence") {
            guard looks else { throw Skip("It cannot look.") }
            try await expect(.present, sink, receipt, "delivered")
            return "It finds what it stored."
        }
        await report.check("read") {
            guard described.operations.contains(.read) else { throw Skip("It cannot read copies back.") }
            for artifact in receipt.artifacts {
                let tally = ReadTally()
                try await sink.read(artifact) { tally.add($0) }
                guard artifact.stored?.sha256 ?? artifact.sha256 == tally.digest else {
                    throw Objection("read: other bytes come back than were stored.")
                }
            }
            return "It gives back what it stored."
        }
        await report.check("remove") {
            guard removes else { throw Skip("It cannot remove.") }
            try await sink.remove(receipt)
            if looks { try await expect(.absent, sink, receipt, "removed") }
            try await sink.remove(receipt)
            return "It removes what it stored, and does not mind when it is gone."
        }
        await unverified(described, sink, receipt, sample, &report)
        await report.check("finish") {
            guard described.operations.contains(.finish) else { throw Skip("It needs no finish.") }
            try await sink.finish(
                RunSummary(run: RunID(rawValue: 1), startedAt: clock.now, delivered: 1, failed: 0)
            )
            return "It takes the end of a run."
        }
    }

    /// What a stream that nobody vouches for may leave: nothing that counts.
    private func unverified(
        _ described: PluginDescription,
        _ sink: any Sink,
        _ receipt: Receipt,
        _ sample: Sample,
        _ report: inout Report
    ) async {
        let canTell = described.operations.isSuperset(of: [.presence, .remove])
        await report.check("broken-download") {
            guard described.wish == .stream else { throw Skip("It takes no stream.") }
            var transfer = sample.transfer
            transfer.breaksAfter = 100_000
            do {
                _ = try await sink.deliver(sample.backup, using: transfer)
                throw Objection("unverified: it gives a receipt for bytes that broke off.")
            } catch let failure as Failure {
                guard failure == SampleTransfer.broken else { throw failure }
            }
            if canTell { try await expect(.absent, sink, receipt, "broken off") }
            return "A download that breaks off leaves no copy."
        }
        await report.check("wherry-gone") {
            guard described.wish == .stream else { throw Skip("It takes no stream.") }
            try await abandon(described, sample)
            if canTell { try await expect(.absent, sink, receipt, "never verified") }
            return "When wherry dies, the plugin ends and leaves no copy."
        }
    }

    /// Starts a delivery and ends its streams and its input without a word, as a parent that was killed does.
    private func abandon(_ described: PluginDescription, _ sample: Sample) async throws {
        let backup = sample.backup
        let bytes = Array(sample.transfer.bytes[0]?.prefix(100_000) ?? [])
        try AtomicFile.makeFolder(folder + "/gone")
        let pipes = try backup.files.map { try StreamPipe("\(folder)/gone/\($0.file.position).stream") }
        let files = zip(backup.files, pipes).map { file, pipe -> JSONValue in
            .object([
                "position": .integer(Int64(file.file.position)), "name": .string(file.file.name),
                "stream": .string(pipe.path),
            ])
        }
        var request = request("deliver", options: try values(described))
        request.scratch = folder + "/gone"
        let key = DeliveryKey.text(sink: context.name, source: backup.source, backup: backup.backup.key)
        request.params = .object([
            "key": .string(key), "source": .string(backup.source.rawValue),
            "instance": WireInstance.value(backup.instance), "backup": WireBackup.value(backup.backup),
            "files": .array(files),
        ])
        let outcome: Probe.Outcome
        do {
            var probe = probe
            probe.folder = request.scratch
            outcome = try await probe.run(
                Probe.Input(request: request.value, operation: "deliver", ends: true)
            ) {
                try await pipes[0].open()
                try await pipes[0].write(bytes) {}
                pipes[0].shut()
            }
        } catch let failure as Failure where failure.code == "program.timed-out" {
            throw Objection("It goes on when its streams and its standard input have ended.")
        }
        guard outcome.exit != .status(0) else {
            throw Objection("unverified: it ends with status 0 though nobody vouched for the bytes.")
        }
    }

    private func expect(_ wanted: Presence, _ sink: any Sink, _ receipt: Receipt, _ what: String) async throws {
        // One by one, as one that is absent makes the whole absent.
        for artifact in receipt.artifacts {
            let found = try await sink.presence(of: Receipt(outcome: receipt.outcome, artifacts: [artifact]))
            guard found == wanted else {
                throw Objection("presence: asked for a file that was \(what), it answers \(found), not \(wanted).")
            }
        }
    }
}
