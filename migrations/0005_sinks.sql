-- Wherry catalog, version 5: what sinks other than folders need. Since 0.3.0.

-- What a plugin wrote down to find again after a restart, such as the uploads that it has under way. One row a note;
-- what is in it is the plugin's own affair, but holds no secret and no URL.
CREATE TABLE plugin_state (
    kind        TEXT NOT NULL CHECK (kind IN ('source', 'sink')),
    name        TEXT NOT NULL CHECK (name <> ''),
    key         TEXT NOT NULL CHECK (key <> ''),
    value       TEXT NOT NULL,
    changed_at  TEXT NOT NULL CHECK (changed_at GLOB '????-??-??T??:??:??Z'),
    PRIMARY KEY (kind, name, key)
) STRICT, WITHOUT ROWID;

-- Where a pipeline changed the bytes on their way: its stages in order, apart by blanks, and what was stored. size_bytes
-- and sha256 stay those of the file as it came from the source.
ALTER TABLE artifact ADD COLUMN stages TEXT CHECK (stages <> '');
ALTER TABLE artifact ADD COLUMN stored_size_bytes INTEGER CHECK (stored_size_bytes >= 0);
ALTER TABLE artifact ADD COLUMN stored_sha256 TEXT CHECK (length(stored_sha256) = 64);

-- Where the bytes ended up: one row a file where a copy is known, one a delivery otherwise.
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
    a.stored_sha256
FROM delivery AS d
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id
LEFT JOIN artifact AS a ON a.delivery_id = d.id
LEFT JOIN backup_file AS f ON f.id = a.file_id;

PRAGMA user_version = 5;
