-- Wherry catalog, version 3: what a copy holds. Since 0.2.0.
--
-- Counted while the bytes pass, from the records of the dump itself; NULL where a copy is no RDB file, is encrypted, or
-- could not be read to its end.

ALTER TABLE artifact ADD COLUMN rdb_keys INTEGER CHECK (rdb_keys >= 0);
ALTER TABLE artifact ADD COLUMN rdb_keys_expiring INTEGER CHECK (rdb_keys_expiring BETWEEN 0 AND rdb_keys);
-- How many keys of each type, as a JSON object: {"hash": 3, "string": 40}.
ALTER TABLE artifact ADD COLUMN rdb_keys_by_type TEXT CHECK (rdb_keys_by_type IS NULL OR json_valid(rdb_keys_by_type));

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
    a.rdb_keys_expiring AS keys_expiring
FROM delivery AS d
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id
LEFT JOIN artifact AS a ON a.delivery_id = d.id
LEFT JOIN backup_file AS f ON f.id = a.file_id;

-- What the stored backups hold: one row a stored file and type.
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
WHERE d.state = 'delivered';

PRAGMA user_version = 3;
