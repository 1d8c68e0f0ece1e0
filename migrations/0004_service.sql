-- Wherry catalog, version 4: what callers of the service set and asked for. Since 0.2.0.

-- From which addresses an issued URL may be used, as the source was asked: `in` or `not-in` and a JSON array, such as
-- `in ["10.0.0.0/8"]`. NULL means from any. Such a URL is for whoever asked and is not given out again.
ALTER TABLE issued_url ADD COLUMN clients TEXT CHECK (clients GLOB 'in [[]*' OR clients GLOB 'not-in [[]*');

-- From where the URLs that the service issues for a source may be used. Without a row: from anywhere.
CREATE TABLE download_restriction (
    source_id     INTEGER PRIMARY KEY REFERENCES source (id),
    kind          TEXT NOT NULL CHECK (kind IN ('none', 'intranet', 'custom')),
    -- Whether the addresses are let in or kept out.
    address_rule  TEXT NOT NULL DEFAULT 'in' CHECK (address_rule IN ('in', 'not-in')),
    -- Addresses and blocks of them, a JSON array of texts.
    addresses     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(addresses)),
    -- The provider's networks, a JSON array: [{"region": "ap-guangzhou", "vpcs": ["vpc-1"]}].
    networks      TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(networks)),
    changed_at    TEXT NOT NULL CHECK (changed_at GLOB '????-??-??T??:??:??Z'),
    changed_by    TEXT NOT NULL
) STRICT;

-- When an instance is to be backed up by itself. Without a row: never by wherry.
CREATE TABLE backup_schedule (
    instance_id  INTEGER PRIMARY KEY REFERENCES instance (id),
    -- English names of days, a JSON array, in the API's time zone (UTC+8), like the hour.
    week_days    TEXT NOT NULL CHECK (json_valid(week_days)),
    hour         INTEGER NOT NULL CHECK (hour BETWEEN 0 AND 23),
    keep_days    INTEGER NOT NULL CHECK (keep_days BETWEEN 0 AND 1825),
    changed_at   TEXT NOT NULL CHECK (changed_at GLOB '????-??-??T??:??:??Z'),
    changed_by   TEXT NOT NULL
) STRICT;

-- A backup, or the export of one, that a caller of the service or a schedule asked for. At most one per instance is
-- under way.
CREATE TABLE backup_task (
    id               INTEGER PRIMARY KEY,
    instance_id      INTEGER NOT NULL REFERENCES instance (id),
    kind             TEXT NOT NULL CHECK (kind IN ('backup', 'export')),
    state            TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    remark           TEXT NOT NULL DEFAULT '',
    keep_days        INTEGER CHECK (keep_days BETWEEN 0 AND 1825),
    -- The source's own name for it; NULL until the source has taken the order, and for exports.
    source_task      TEXT,
    asked_by         TEXT NOT NULL,
    asked_at         TEXT NOT NULL CHECK (asked_at GLOB '????-??-??T??:??:??Z'),
    ended_at         TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'),
    -- What is exported; or what was made, once it is done and known.
    backup_id        INTEGER REFERENCES backup (id),
    failure_code     TEXT,
    failure_message  TEXT,
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CHECK ((state = 'failed') = (failure_code IS NOT NULL)),
    CHECK ((kind = 'export') <= (backup_id IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX backup_task_one_under_way ON backup_task (instance_id) WHERE state IN ('waiting', 'running');
CREATE INDEX backup_task_by_time ON backup_task (asked_at);
CREATE INDEX backup_task_by_instance ON backup_task (instance_id, asked_at);
CREATE INDEX backup_task_by_backup ON backup_task (backup_id);

-- What callers of the service and schedules asked for, and what became of it.
CREATE VIEW task_history AS
SELECT
    t.id AS task,
    t.kind,
    t.state,
    s.name AS source,
    i.provider_id AS instance,
    b.provider_id AS backup,
    t.remark,
    t.asked_by,
    t.asked_at,
    t.ended_at,
    t.failure_code,
    t.failure_message
FROM backup_task AS t
JOIN instance AS i ON i.id = t.instance_id
JOIN source AS s ON s.id = i.source_id
LEFT JOIN backup AS b ON b.id = t.backup_id;

PRAGMA user_version = 4;
