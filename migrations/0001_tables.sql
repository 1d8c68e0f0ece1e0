-- Wherry catalog, version 1: the tables. Since 0.1.0.
--
-- Applied by wherry itself, or by hand while nothing else has the catalog open:
--   sqlite3 -bail catalog.db 'BEGIN IMMEDIATE' '.read migrations/0001_tables.sql' 'COMMIT'
--
-- Times are TEXT, UTC, YYYY-MM-DDTHH:MM:SSZ. Sizes are INTEGER bytes. provider_id columns hold the provider's text
-- byte for byte. People and tools read the views of version 2; only those promise to keep their columns.

CREATE TABLE schema_history (
    version     INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    sha256      TEXT NOT NULL CHECK (length(sha256) = 64),
    applied_at  TEXT NOT NULL CHECK (applied_at GLOB '????-??-??T??:??:??Z')
) STRICT;

-- A configured source, by its name in the configuration.
CREATE TABLE source (
    id             INTEGER PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE CHECK (name <> ''),
    plugin         TEXT NOT NULL,
    first_seen_at  TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z')
) STRICT;

-- A Redis deployment that a source knows.
CREATE TABLE instance (
    id               INTEGER PRIMARY KEY,
    source_id        INTEGER NOT NULL REFERENCES source (id),
    provider_id      TEXT NOT NULL CHECK (provider_id <> ''),
    name             TEXT NOT NULL DEFAULT '',
    topology         TEXT NOT NULL DEFAULT 'unknown' CHECK (topology IN ('standalone', 'cluster', 'unknown')),
    state            TEXT NOT NULL DEFAULT 'unknown'
                     CHECK (state IN ('running', 'initializing', 'busy', 'isolated', 'unknown')),
    engine           TEXT,
    region           TEXT,
    memory_bytes     INTEGER CHECK (memory_bytes >= 0),
    created_at       TEXT CHECK (created_at GLOB '????-??-??T??:??:??Z'),
    first_seen_at    TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),
    last_seen_at     TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),
    -- A copy older than this counts as overdue in the view coverage.
    overdue_after_s  INTEGER NOT NULL DEFAULT 93600 CHECK (overdue_after_s > 0),
    UNIQUE (source_id, provider_id)
) STRICT;

-- A backup that a source lists.
CREATE TABLE backup (
    id             INTEGER PRIMARY KEY,
    instance_id    INTEGER NOT NULL REFERENCES instance (id),
    provider_id    TEXT NOT NULL CHECK (provider_id <> ''),
    started_at     TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),
    ended_at       TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'),
    kind           TEXT NOT NULL CHECK (kind IN ('manual', 'automatic', 'other')),
    state          TEXT NOT NULL CHECK (state IN ('available', 'busy', 'exporting', 'expired', 'unknown')),
    remark         TEXT NOT NULL DEFAULT '',
    size_bytes     INTEGER CHECK (size_bytes >= 0),
    expires_at     TEXT CHECK (expires_at GLOB '????-??-??T??:??:??Z'),
    first_seen_at  TEXT NOT NULL CHECK (first_seen_at GLOB '????-??-??T??:??:??Z'),
    last_seen_at   TEXT NOT NULL CHECK (last_seen_at GLOB '????-??-??T??:??:??Z'),
    UNIQUE (instance_id, provider_id)
) STRICT;
CREATE INDEX backup_by_start ON backup (instance_id, started_at);

-- One file of a backup: the only one, or one shard's.
CREATE TABLE backup_file (
    id          INTEGER PRIMARY KEY,
    backup_id   INTEGER NOT NULL REFERENCES backup (id),
    position    INTEGER NOT NULL CHECK (position >= 0),
    name        TEXT NOT NULL CHECK (name <> ''),
    size_bytes  INTEGER CHECK (size_bytes >= 0),
    sha256      TEXT CHECK (length(sha256) = 64),
    UNIQUE (backup_id, position)
) STRICT;

-- One run of one or more jobs. At most one is running.
CREATE TABLE run (
    id               INTEGER PRIMARY KEY,
    jobs             TEXT NOT NULL,
    asked_by         TEXT NOT NULL,
    state            TEXT NOT NULL
                     CHECK (state IN ('running', 'succeeded', 'partial', 'failed', 'cancelled', 'interrupted')),
    started_at       TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),
    ended_at         TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'),
    planned          INTEGER NOT NULL DEFAULT 0,
    delivered        INTEGER NOT NULL DEFAULT 0,
    emitted          INTEGER NOT NULL DEFAULT 0,
    failed           INTEGER NOT NULL DEFAULT 0,
    urls_issued      INTEGER NOT NULL DEFAULT 0,
    bytes            INTEGER NOT NULL DEFAULT 0,
    duration_ms      INTEGER,
    failure_code     TEXT,
    failure_message  TEXT,
    CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX run_only_one_running ON run (state) WHERE state = 'running';
CREATE INDEX run_by_start ON run (started_at);

-- Every answer with URLs that a source gave, recorded before anybody used it. Holds the whole URLs.
CREATE TABLE issued_url (
    id            INTEGER PRIMARY KEY,
    file_id       INTEGER NOT NULL REFERENCES backup_file (id),
    intranet_url  TEXT,
    extranet_url  TEXT,
    issued_at     TEXT NOT NULL CHECK (issued_at GLOB '????-??-??T??:??:??Z'),
    expires_at    TEXT NOT NULL CHECK (expires_at GLOB '????-??-??T??:??:??Z'),
    asked_by      TEXT NOT NULL,
    run_id        INTEGER REFERENCES run (id),
    -- When the provider refused it although it should have been valid; such a URL is not given out again.
    rejected_at   TEXT CHECK (rejected_at GLOB '????-??-??T??:??:??Z'),
    CHECK (intranet_url IS NOT NULL OR extranet_url IS NOT NULL)
) STRICT;
CREATE INDEX issued_url_by_file ON issued_url (file_id);
CREATE INDEX issued_url_by_issue ON issued_url (issued_at);
CREATE INDEX issued_url_by_expiry ON issued_url (expires_at);

-- What is wanted and what became of it: one backup to one sink.
CREATE TABLE delivery (
    id               INTEGER PRIMARY KEY,
    backup_id        INTEGER NOT NULL REFERENCES backup (id),
    sink             TEXT NOT NULL CHECK (sink <> ''),
    job              TEXT NOT NULL,
    run_id           INTEGER REFERENCES run (id),
    state            TEXT NOT NULL
                     CHECK (state IN ('running', 'delivered', 'emitted', 'failed', 'interrupted')),
    attempts         INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    started_at       TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),
    ended_at         TEXT CHECK (ended_at GLOB '????-??-??T??:??:??Z'),
    -- Emitted instructions work until then.
    valid_until      TEXT CHECK (valid_until GLOB '????-??-??T??:??:??Z'),
    failure_class    TEXT,
    failure_code     TEXT,
    failure_message  TEXT,
    UNIQUE (backup_id, sink),
    CHECK ((state = 'running') = (ended_at IS NULL)),
    CHECK ((state = 'failed') <= (failure_class IS NOT NULL))
) STRICT;
CREATE INDEX delivery_by_state ON delivery (state, ended_at);
CREATE INDEX delivery_by_end ON delivery (ended_at);
CREATE INDEX delivery_by_run ON delivery (run_id);

-- A stored copy of one file.
CREATE TABLE artifact (
    id              INTEGER PRIMARY KEY,
    delivery_id     INTEGER NOT NULL REFERENCES delivery (id),
    file_id         INTEGER NOT NULL REFERENCES backup_file (id),
    location        TEXT NOT NULL,
    size_bytes      INTEGER CHECK (size_bytes >= 0),
    sha256          TEXT CHECK (length(sha256) = 64),
    rdb_format      TEXT,
    engine_version  TEXT,
    dumped_at       TEXT CHECK (dumped_at GLOB '????-??-??T??:??:??Z'),
    grade           TEXT CHECK (grade IN ('complete', 'digest', 'envelope', 'checksum')),
    recorded_at     TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??Z'),
    UNIQUE (delivery_id, file_id)
) STRICT;
CREATE INDEX artifact_by_file ON artifact (file_id);

-- One try to fetch one file over one issued URL.
CREATE TABLE transfer_attempt (
    id             INTEGER PRIMARY KEY,
    file_id        INTEGER NOT NULL REFERENCES backup_file (id),
    issued_url_id  INTEGER REFERENCES issued_url (id),
    run_id         INTEGER REFERENCES run (id),
    sink           TEXT NOT NULL,
    network        TEXT NOT NULL CHECK (network IN ('intranet', 'extranet')),
    started_at     TEXT NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??Z'),
    duration_ms    INTEGER NOT NULL CHECK (duration_ms >= 0),
    first_byte     INTEGER NOT NULL DEFAULT 0 CHECK (first_byte >= 0),
    bytes          INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    http_status    INTEGER,
    outcome        TEXT NOT NULL
) STRICT;
CREATE INDEX transfer_attempt_by_file ON transfer_attempt (file_id);
CREATE INDEX transfer_attempt_by_run ON transfer_attempt (run_id);

-- One call to a provider's API (direction out), or to ours (direction in).
CREATE TABLE api_call (
    id          INTEGER PRIMARY KEY,
    direction   TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    source      TEXT NOT NULL,
    caller      TEXT NOT NULL,
    action      TEXT NOT NULL,
    object      TEXT NOT NULL,
    code        TEXT NOT NULL,
    latency_ms  REAL NOT NULL CHECK (latency_ms >= 0),
    at          TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??Z'),
    request_id  TEXT
) STRICT;
CREATE INDEX api_call_by_time ON api_call (at);

PRAGMA user_version = 1;
