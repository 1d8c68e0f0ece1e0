-- Wherry catalog, version 6: the schedules of jobs. Since 0.4.0.

-- How far the schedules of jobs were kept by wherry daemon: state, not history (that is run).
CREATE TABLE job_schedule (
    job                TEXT PRIMARY KEY CHECK (job <> ''),
    schedule           TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'retrying', 'off')),
    -- All its times up to this one are served or given up.
    covered_until      TEXT NOT NULL CHECK (covered_until GLOB '????-??-??T??:??:??Z'),
    -- The time that it was started for last, and how often.
    slot_at            TEXT CHECK (slot_at GLOB '????-??-??T??:??:??Z'),
    attempts           INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at            TEXT CHECK (next_at GLOB '????-??-??T??:??:??Z'),
    run_id             INTEGER REFERENCES run (id),
    last_succeeded_at  TEXT CHECK (last_succeeded_at GLOB '????-??-??T??:??:??Z'),
    -- Runs that have failed since then.
    failures           INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0),
    CHECK (state <> 'off' OR next_at IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_schedule_by_next ON job_schedule (next_at);

-- late_s: for how long a start is overdue, which it is when no daemon keeps the schedule, or a run does not end.
CREATE VIEW job_schedules AS
SELECT
    j.job,
    j.state,
    j.schedule,
    j.next_at,
    max(unixepoch('now') - unixepoch(j.next_at), 0) AS late_s,
    j.slot_at,
    j.attempts,
    j.run_id AS last_run,
    r.state AS last_state,
    r.ended_at AS last_ended_at,
    j.last_succeeded_at,
    j.failures
FROM job_schedule AS j
LEFT JOIN run AS r ON r.id = j.run_id;

PRAGMA user_version = 6;
