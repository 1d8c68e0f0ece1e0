-- Wherry catalog, version 2: the views. Since 0.1.0.
--
-- The documented contract for people and tools (docs/catalog.md): columns are only ever added. URLs in them are
-- redacted: up to the ?, then an ellipsis; the whole URL is in issued_url alone.

-- The rules of redaction, once: with a query everything behind the ? goes; without one the path goes too, since it may
-- be the secret; with user information or a fragment before the query all but the scheme goes; of anything but http and
-- https nothing is left.
CREATE VIEW redacted_url AS
SELECT
    id,
    CASE
        WHEN intranet_url IS NULL THEN NULL
        WHEN intranet_url NOT GLOB 'http://*' AND intranet_url NOT GLOB 'https://*' THEN '…'
        WHEN substr(intranet_url, 1, instr(intranet_url || '?', '?')) GLOB '*[@#]*'
            THEN substr(intranet_url, 1, instr(intranet_url, '://') + 2) || '…'
        WHEN instr(intranet_url, '?') > 0 THEN substr(intranet_url, 1, instr(intranet_url, '?')) || '…'
        ELSE substr(intranet_url, 1, instr(intranet_url, '://') + 2
            + instr(substr(intranet_url || '/', instr(intranet_url, '://') + 3), '/') - 1) || '/…'
    END AS intranet_url,
    CASE
        WHEN extranet_url IS NULL THEN NULL
        WHEN extranet_url NOT GLOB 'http://*' AND extranet_url NOT GLOB 'https://*' THEN '…'
        WHEN substr(extranet_url, 1, instr(extranet_url || '?', '?')) GLOB '*[@#]*'
            THEN substr(extranet_url, 1, instr(extranet_url, '://') + 2) || '…'
        WHEN instr(extranet_url, '?') > 0 THEN substr(extranet_url, 1, instr(extranet_url, '?')) || '…'
        ELSE substr(extranet_url, 1, instr(extranet_url, '://') + 2
            + instr(substr(extranet_url || '/', instr(extranet_url, '://') + 3), '/') - 1) || '/…'
    END AS extranet_url
FROM issued_url;

-- Which URL was issued when, to whom, until when.
CREATE VIEW url_history AS
SELECT
    u.id AS url_id,
    u.issued_at,
    u.expires_at,
    u.asked_by,
    s.name AS source,
    i.provider_id AS instance,
    b.provider_id AS backup,
    f.position AS shard,
    f.name AS file,
    r.intranet_url,
    r.extranet_url,
    u.rejected_at,
    u.run_id AS run
FROM issued_url AS u
JOIN redacted_url AS r ON r.id = u.id
JOIN backup_file AS f ON f.id = u.file_id
JOIN backup AS b ON b.id = f.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id;

-- The URLs that work now.
CREATE VIEW valid_urls AS
SELECT
    *,
    unixepoch(expires_at) - unixepoch('now') AS seconds_left
FROM url_history
WHERE expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AND rejected_at IS NULL;

-- The URLs that work now and stop working within the hour.
CREATE VIEW expiring_soon AS
SELECT *
FROM valid_urls
WHERE expires_at <= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 hour');

-- The newest available backup of each instance.
CREATE VIEW latest_backups AS
SELECT
    s.name AS source,
    i.provider_id AS instance,
    i.name AS instance_name,
    i.topology,
    b.provider_id AS backup,
    b.started_at,
    b.kind,
    b.size_bytes,
    b.expires_at,
    b.remark,
    (SELECT count(*) FROM backup_file AS f WHERE f.backup_id = b.id) AS files
FROM instance AS i
JOIN source AS s ON s.id = i.source_id
JOIN backup AS b ON b.id = (
    SELECT n.id FROM backup AS n
    WHERE n.instance_id = i.id AND n.state = 'available'
    ORDER BY n.started_at DESC, n.id DESC LIMIT 1
);

-- Where the bytes ended up: one row a file where a copy is known, one a delivery otherwise.
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
    d.failure_message
FROM delivery AS d
JOIN backup AS b ON b.id = d.backup_id
JOIN instance AS i ON i.id = b.instance_id
JOIN source AS s ON s.id = i.source_id
LEFT JOIN artifact AS a ON a.delivery_id = d.id
LEFT JOIN backup_file AS f ON f.id = a.file_id;

-- What each run did.
CREATE VIEW run_history AS
SELECT
    id AS run,
    jobs,
    asked_by,
    state,
    started_at,
    ended_at,
    round(duration_ms / 1000.0, 3) AS seconds,
    planned,
    delivered,
    emitted,
    failed,
    urls_issued,
    bytes,
    failure_code,
    failure_message
FROM run;

-- Per instance: is there a copy, how old is what it holds, is it overdue? Only delivered copies count, not emitted ones.
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
    coalesce(unixepoch('now') - unixepoch(newest_copy_at) > overdue_after_s, 1) AS overdue
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
            WHERE d.backup_id = c.id AND d.state = 'delivered') AS sinks
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
            AND EXISTS (SELECT 1 FROM delivery AS d WHERE d.backup_id = x.id AND d.state = 'delivered')
        ORDER BY x.started_at DESC, x.id DESC LIMIT 1
    )
);

PRAGMA user_version = 2;
