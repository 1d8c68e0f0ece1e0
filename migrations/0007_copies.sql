-- Wherry catalog, version 7: what became of copies: proven to restore, removed, or gone. Since 0.4.0.

-- One try to prove that a copy restores: it was taken out of its sink, compared with what was recorded at the delivery,
-- and every file of it loaded by a private server.
CREATE TABLE restore_proof (
    id               INTEGER PRIMARY KEY,
    delivery_id      INTEGER NOT NULL REFERENCES delivery (id),
    at               TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    outcome          TEXT NOT NULL CHECK (outcome IN ('proven', 'failed')),
    -- The server that loaded it; NULL when it did not come so far.
    server           TEXT CHECK (server <> ''),
    server_version   TEXT,
    -- How many files the server has loaded.
    files            INTEGER NOT NULL CHECK (files >= 0),
    keys_loaded      INTEGER CHECK (keys_loaded >= 0),
    -- Keys that were past their expiry when the server loaded them, and so are not there.
    keys_expired     INTEGER CHECK (keys_expired >= 0),
    load_ms          INTEGER CHECK (load_ms >= 0),
    duration_ms      INTEGER NOT NULL CHECK (duration_ms >= 0),
    -- The most that the server used for one file.
    memory_bytes     INTEGER CHECK (memory_bytes >= 0),
    failure_class    TEXT,
    failure_code     TEXT,
    failure_message  TEXT,
    proven_by        TEXT NOT NULL,
    CHECK ((outcome = 'failed') = (failure_class IS NOT NULL)),
    CHECK ((failure_class IS NULL) = (failure_code IS NULL)),
    CHECK ((outcome = 'proven') <= (server IS NOT NULL AND files > 0))
) STRICT;
CREATE INDEX restore_proof_by_delivery ON restore_proof (delivery_id, at);
CREATE INDEX restore_proof_by_time ON restore_proof (at);

-- Every try, and what came of it.
CREATE VIEW restore_proofs AS
SELECT
    p.id AS proof,
    p.at,
    p.outcome,
    d.sink,
    s.name AS source,
    i.provider_id AS instance,
    b.provider_id AS backup,
    b.started_at AS backup_started_at,
    p.server,
    p.server_version,
    p.files,
    p.keys_loaded,
    p.keys_expired,
    p.load_ms,
    p.duration_ms,
    p.memory_bytes,
    p.failure_class,
    p.failure_code,
    p.failure_message,
    p.proven_by,
    p.delivery_id
FROM restore_proof AS p
JOIN delivery AS d ON d.id = p.delivery_id
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id;

-- When a copy was removed from its sink on purpose, by the sink's rules for what it keeps; its backup is not delivered
-- there again. When somebody looked for it and found it gone: the next run that wants it delivers it again. The state
-- stays 'delivered', as it was; both are NULL again once it is delivered anew.
ALTER TABLE delivery ADD COLUMN removed_at TEXT CHECK (removed_at GLOB '????-??-??T??:??:??Z');
ALTER TABLE delivery ADD COLUMN gone_at TEXT CHECK (gone_at GLOB '????-??-??T??:??:??Z');
CREATE INDEX delivery_there ON delivery (sink) WHERE state = 'delivered' AND removed_at IS NULL AND gone_at IS NULL;
-- Whether two copies share a place is asked before one of them is removed.
CREATE INDEX artifact_by_location ON artifact (location);

-- Where the bytes ended up: one row a file where a copy is known, one a delivery otherwise. A copy counts as proven from
-- the last proof that was given since it was delivered, unless a later try found its bytes wrong or gone.
DROP VIEW delivery_history;
CREATE VIEW delivery_history AS
SELECT
    d.id AS delivery_id,
    d.state,
    d.sink,
    d.job,
    d.run_id AS run,
    s.name AS source,
    i.provider_id AS instance,
    b.provider_id AS backup,
    b.started_at AS backup_started_at,
    f.position AS shard,
    a.location,
    a.size_bytes,
    a.sha256,
    a.grade,
    a.rdb_format,
    a.engine_version,
    a.dumped_at,
    d.attempts,
    d.started_at,
    d.ended_at,
    d.valid_until,
    d.failure_class,
    d.failure_code,
    d.failure_message,
    a.rdb_keys AS keys,
    a.rdb_keys_expiring AS keys_expiring,
    a.stages,
    a.stored_size_bytes,
    a.stored_sha256,
    (SELECT max(p.at) FROM restore_proof AS p
        WHERE p.delivery_id = d.id AND p.at >= d.ended_at AND p.outcome = 'proven' AND d.state = 'delivered'
            AND NOT EXISTS (SELECT 1 FROM restore_proof AS n
                WHERE n.delivery_id = d.id AND n.id > p.id AND n.failure_class IN ('corrupt', 'not-found'))
    ) AS proven_at,
    d.removed_at,
    d.gone_at
FROM delivery AS d
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id
LEFT JOIN artifact AS a ON a.delivery_id = d.id
LEFT JOIN backup_file AS f ON f.id = a.file_id;

-- Per instance: is there a copy, how old is what it holds, is it overdue, and what is the newest that was proven? Only
-- delivered copies count that are neither removed nor gone; not emitted ones.
DROP VIEW coverage;
CREATE VIEW coverage AS
SELECT
    source,
    instance,
    instance_name,
    newest_backup,
    newest_backup_at,
    newest_copy,
    newest_copy_at,
    sinks,
    unixepoch('now') - unixepoch(newest_copy_at) AS age_s,
    coalesce(unixepoch('now') - unixepoch(newest_copy_at) > overdue_after_s, 1) AS overdue,
    newest_proven,
    newest_proven_at
FROM (
    SELECT
        s.name AS source,
        i.provider_id AS instance,
        i.name AS instance_name,
        i.overdue_after_s,
        n.provider_id AS newest_backup,
        n.started_at AS newest_backup_at,
        c.provider_id AS newest_copy,
        c.started_at AS newest_copy_at,
        (SELECT group_concat(d.sink, ' ') FROM delivery AS d
            WHERE d.backup_id = c.id AND d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL
        ) AS sinks,
        r.provider_id AS newest_proven,
        r.started_at AS newest_proven_at
    FROM instance AS i
    JOIN source AS s ON s.id = i.source_id
    LEFT JOIN backup AS n ON n.id = (
        SELECT x.id FROM backup AS x
        WHERE x.instance_id = i.id AND x.state = 'available'
        ORDER BY x.started_at DESC, x.id DESC LIMIT 1
    )
    LEFT JOIN backup AS c ON c.id = (
        SELECT x.id FROM backup AS x
        WHERE x.instance_id = i.id
            AND EXISTS (SELECT 1 FROM delivery AS d
                WHERE d.backup_id = x.id AND d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL)
        ORDER BY x.started_at DESC, x.id DESC LIMIT 1
    )
    LEFT JOIN backup AS r ON r.id = (
        SELECT x.id FROM backup AS x
        WHERE x.instance_id = i.id AND EXISTS (
            SELECT 1 FROM delivery AS d
            JOIN restore_proof AS p ON p.delivery_id = d.id
            WHERE d.backup_id = x.id AND d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL
                AND p.outcome = 'proven' AND p.at >= d.ended_at
                AND NOT EXISTS (SELECT 1 FROM restore_proof AS m
                    WHERE m.delivery_id = d.id AND m.id > p.id AND m.failure_class IN ('corrupt', 'not-found'))
        )
        ORDER BY x.started_at DESC, x.id DESC LIMIT 1
    )
);

-- The keys of copies that are there.
DROP VIEW key_counts;
CREATE VIEW key_counts AS
SELECT
    s.name AS source,
    i.provider_id AS instance,
    b.provider_id AS backup,
    b.started_at AS backup_started_at,
    d.sink,
    f.position AS shard,
    t.key AS type,
    t.value AS keys
FROM delivery AS d
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id
JOIN artifact AS a ON a.delivery_id = d.id
JOIN backup_file AS f ON f.id = a.file_id
JOIN json_each(a.rdb_keys_by_type) AS t
WHERE d.state = 'delivered' AND d.removed_at IS NULL AND d.gone_at IS NULL;

PRAGMA user_version = 7;
