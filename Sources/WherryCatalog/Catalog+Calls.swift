import GRDB
package import WherryCore

/// One call to a provider's API or to ours, as the catalog keeps it.
package struct APICallRow: Sendable, Hashable {
    /// Who called whom.
    package enum Direction: String, Sendable { case `in`, out }

    /// Who called whom.
    package var direction: Direction
    /// The source it is about.
    package var source: String
    /// Who asked: a job, a person, a SecretId.
    package var caller: String
    /// The action.
    package var action: String
    /// What it was about.
    package var object: String
    /// The answer's code, `0` for success.
    package var code: String
    /// How long the answer took.
    package var latency: Duration
    /// When.
    package var at: Timestamp
    /// The request's id, for calls to us.
    package var requestID: String?

    /// A row.
    package init(
        direction: Direction,
        source: String,
        caller: String,
        action: String,
        object: String,
        code: String,
        latency: Duration,
        at: Timestamp,
        requestID: String? = nil
    ) {
        self.direction = direction
        self.source = source
        self.caller = caller
        self.action = action
        self.object = object
        self.code = code
        self.latency = latency
        self.at = at
        self.requestID = requestID
    }
}

/// One try to fetch a file, as the catalog keeps it.
package struct TransferAttemptRow: Sendable, Hashable {
    /// The row of the answer whose URL was used, which names the file.
    package var urlID: Int64
    /// The run it was part of.
    package var run: RunID?
    /// For which sink.
    package var sink: SinkName
    /// Over which network.
    package var network: Network
    /// When it started.
    package var startedAt: Timestamp
    /// How long it took.
    package var duration: Duration
    /// The first byte asked for.
    package var firstByte: Int64
    /// How many bytes came.
    package var bytes: Int64
    /// The answer's status; nil when none came.
    package var status: Int?
    /// `done`, or the code of the failure.
    package var outcome: String

    /// A row.
    package init(
        urlID: Int64,
        run: RunID?,
        sink: SinkName,
        network: Network,
        startedAt: Timestamp,
        duration: Duration,
        firstByte: Int64,
        bytes: Int64,
        status: Int?,
        outcome: String
    ) {
        self.urlID = urlID
        self.run = run
        self.sink = sink
        self.network = network
        self.startedAt = startedAt
        self.duration = duration
        self.firstByte = firstByte
        self.bytes = bytes
        self.status = status
        self.outcome = outcome
    }
}

extension Catalog {
    /// Notes a call.
    ///
    /// Durable a fifth of a second later, and before ``flush()`` returns.
    package func note(_ call: APICallRow) {
        group.enqueue { db in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO api_call (direction, source, caller, action, object, code, latency_ms, at, request_id)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            )
            try DirectInsert(statement, db).run { row in
                row.bind(call.direction.rawValue)
                row.bind(call.source)
                row.bind(call.caller)
                row.bind(call.action)
                row.bind(call.object)
                row.bind(call.code)
                row.bind(call.latency.fractionalSeconds * 1_000)
                row.bind(call.at.description)
                row.bind(call.requestID)
            }
        }
    }

    /// Notes a try to fetch a file.
    ///
    /// Durable a fifth of a second later, and before ``flush()`` returns.
    package func note(_ attempt: TransferAttemptRow) {
        group.enqueue { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO transfer_attempt (file_id, issued_url_id, run_id, sink, network, started_at, duration_ms,
                        first_byte, bytes, http_status, outcome)
                    SELECT file_id, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM issued_url WHERE id = ?
                    """
            ).execute(arguments: [
                attempt.run?.rawValue, attempt.sink.rawValue, attempt.network.rawValue, attempt.startedAt.description,
                attempt.duration.wholeMilliseconds, attempt.firstByte, attempt.bytes, attempt.status, attempt.outcome,
                attempt.urlID,
            ])
        }
    }

    /// Waits until everything that was noted is durable.
    package func flush() {
        group.flush()
    }
}
