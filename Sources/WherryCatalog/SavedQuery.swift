/// A query with a name, for questions that come up often; `wherry sql NAME` runs it and docs/catalog.md shows it.
package struct SavedQuery: Sendable, Equatable {
    /// Kebab case.
    package let name: String
    /// The question it answers.
    package let question: String
    /// The query.
    package let sql: String

    /// All of them, in the order of docs/catalog.md.
    package static let all: [SavedQuery] = [
        SavedQuery(
            name: "urls-today",
            question: "Which URLs were issued in the last 24 hours, to whom, until when?",
            sql: """
                SELECT issued_at, asked_by, instance, backup, shard, expires_at, extranet_url
                FROM url_history
                WHERE issued_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')
                ORDER BY issued_at DESC
                """
        ),
        SavedQuery(
            name: "urls-valid",
            question: "Which URLs work now, and for how long?",
            sql: """
                SELECT instance, backup, shard, asked_by, seconds_left, intranet_url, extranet_url
                FROM valid_urls
                ORDER BY seconds_left
                """
        ),
        SavedQuery(
            name: "urls-by-caller",
            question: "Who asked for how many URLs in the last 30 days?",
            sql: """
                SELECT asked_by, count(*) AS urls, min(issued_at) AS first, max(issued_at) AS last
                FROM url_history
                WHERE issued_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-30 days')
                GROUP BY asked_by
                ORDER BY urls DESC
                """
        ),
        SavedQuery(
            name: "urls-reissued",
            question: "Which files needed more than one URL in the last 7 days?",
            sql: """
                SELECT instance, backup, shard, count(*) AS urls, sum(rejected_at IS NOT NULL) AS rejected
                FROM url_history
                WHERE issued_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')
                GROUP BY source, instance, backup, shard
                HAVING count(*) > 1
                ORDER BY urls DESC
                """
        ),
        SavedQuery(
            name: "overdue",
            question: "Which instances have no copy, or one that is too old?",
            sql: """
                SELECT source, instance, newest_backup_at, newest_copy_at, age_s / 3600 AS age_hours
                FROM coverage
                WHERE overdue
                ORDER BY age_s IS NOT NULL, age_s DESC
                """
        ),
        SavedQuery(
            name: "coverage",
            question: "Where does every instance stand?",
            sql: """
                SELECT source, instance, newest_backup_at, newest_copy_at, sinks, overdue
                FROM coverage
                ORDER BY source, instance
                """
        ),
        SavedQuery(
            name: "unproven",
            question: "Which instances have copies, and none of the newest backup is proven to restore?",
            sql: """
                SELECT source, instance, newest_copy_at, newest_proven_at, sinks
                FROM coverage
                WHERE newest_copy IS NOT NULL AND newest_copy IS NOT newest_proven
                ORDER BY newest_proven_at, source, instance
                """
        ),
        SavedQuery(
            name: "copies",
            question: "Where did the bytes of the last 7 days end up?",
            sql: """
                SELECT ended_at, instance, backup, shard, sink, location, size_bytes, grade
                FROM delivery_history
                WHERE ended_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') AND state = 'delivered'
                    AND removed_at IS NULL AND gone_at IS NULL
                ORDER BY ended_at DESC, shard
                """
        ),
        SavedQuery(
            name: "shrunk",
            question: "Whose newest copy holds less than half of the keys of the copy before it?",
            sql: """
                SELECT instance, sink, backup, backup_started_at, keys, keys_before
                FROM (
                    SELECT source, instance, sink, backup, backup_started_at, sum(keys) AS keys,
                        lag(sum(keys)) OVER before AS keys_before,
                        lead(backup) OVER before IS NULL AS is_newest
                    FROM delivery_history
                    WHERE state = 'delivered' AND keys IS NOT NULL
                    GROUP BY source, instance, sink, backup
                    WINDOW before AS (PARTITION BY source, instance, sink ORDER BY backup_started_at, backup)
                )
                WHERE is_newest AND keys < keys_before / 2.0
                ORDER BY instance, sink
                """
        ),
        SavedQuery(
            name: "failures",
            question: "What failed in the last 7 days, and why?",
            sql: """
                SELECT ended_at, instance, backup, sink, attempts, failure_code, failure_message
                FROM delivery_history
                WHERE ended_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') AND state = 'failed'
                ORDER BY ended_at DESC
                """
        ),
        SavedQuery(
            name: "unconfirmed",
            question: "Which scripts were written but never confirmed?",
            sql: """
                SELECT ended_at, sink, instance, backup, shard, location, valid_until
                FROM delivery_history
                WHERE state = 'emitted'
                ORDER BY ended_at
                """
        ),
        SavedQuery(
            name: "two-copies",
            question: "Which backups are stored in at least two sinks with equal digests?",
            sql: """
                SELECT instance, backup, shard, count(DISTINCT sink) AS sinks, min(sha256) AS sha256
                FROM delivery_history
                WHERE state = 'delivered' AND sha256 IS NOT NULL AND removed_at IS NULL AND gone_at IS NULL
                GROUP BY source, instance, backup, shard
                HAVING count(DISTINCT sink) > 1 AND count(DISTINCT sha256) = 1
                """
        ),
        SavedQuery(
            name: "runs",
            question: "What did the last 20 runs do?",
            sql: """
                SELECT run, state, started_at, seconds, planned, delivered, emitted, failed, urls_issued, bytes
                FROM run_history
                ORDER BY started_at DESC, run DESC
                LIMIT 20
                """
        ),
        SavedQuery(
            name: "api-latency",
            question: "How fast and how well did the provider's API answer in the last 24 hours?",
            sql: """
                SELECT source, action, code, count(*) AS calls, round(avg(latency_ms), 1) AS avg_ms,
                    round(max(latency_ms), 1) AS max_ms
                FROM api_call
                WHERE direction = 'out' AND at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 day')
                GROUP BY source, action, code
                ORDER BY calls DESC
                """
        ),
    ]
}
