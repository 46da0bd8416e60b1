CREATE TABLE job (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- order of acceptance
    id TEXT NOT NULL,                      -- prompt_id; a client may use one again
    key TEXT UNIQUE,                       -- idempotency key
    number NOT NULL,                       -- untyped: an int stays an int and a float a float
    client TEXT,
    workflow TEXT,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempt INTEGER NOT NULL,              -- fencing token: grows over all jobs of an id
    tries INTEGER NOT NULL DEFAULT 0,      -- attempts at this job that count against it
    create_ms INTEGER NOT NULL,
    start_ms INTEGER,
    end_ms INTEGER,
    rank INTEGER UNIQUE,                   -- order of ending
    outputs TEXT NOT NULL,
    record TEXT,
    prompt TEXT NOT NULL,
    extra TEXT NOT NULL,
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (end_ms IS NOT NULL)),
    CHECK ((end_ms IS NULL) = (rank IS NULL)),
    CHECK (state <> 'running' OR (start_ms IS NOT NULL AND attempt > 0)),
    CHECK (state NOT IN ('done', 'failed') OR record IS NOT NULL)
);
CREATE INDEX job_by_id ON job (id);
CREATE INDEX job_by_state ON job (state, seq);

-- Files of jobs that are done, until they lie under their names.
CREATE TABLE outbox (
    file INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL,
    root TEXT NOT NULL,
    subfolder TEXT NOT NULL,
    filename TEXT NOT NULL,
    staged TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL
);

CREATE TABLE server (
    counter INTEGER NOT NULL,              -- the next job's number
    probes INTEGER NOT NULL
);
INSERT INTO server (counter, probes) VALUES (0, 0);
